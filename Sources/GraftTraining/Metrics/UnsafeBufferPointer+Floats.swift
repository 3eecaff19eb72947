extension UnsafeBufferPointer<Float> {
  /// The first index of the largest element, as numpy.argmax gives it.
  var indexOfMaximum: Int {
    var best = 0
    for index in indices.dropFirst() where self[index] > self[best] { best = index }
    return best
  }

  /// Whether no element is infinite or NaN.
  var areFinite: Bool {
    // Without an early exit, and in integers, so that the compiler makes vectors of it.
    let exponent: UInt32 = 0x7F80_0000
    var found: UInt32 = 0
    for value in self { found |= value.bitPattern & exponent == exponent ? 1 : 0 }
    return found == 0
  }
}
