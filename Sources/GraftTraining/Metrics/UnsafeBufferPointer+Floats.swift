internal import CFloats

extension UnsafeBufferPointer<Float> {
  /// The first index of the largest element, as numpy.argmax gives it.
  var indexOfMaximum: Int {
    var best = 0
    for index in indices.dropFirst() where self[index] > self[best] { best = index }
    return best
  }

  /// Whether no element is infinite or NaN.
  var areFinite: Bool { baseAddress.map { graft_are_finite($0, count) } ?? true }
}
