package import GraftCore

/// A kernel as whole numbers from −127 to 127 with a scale for each output channel, the last axis: its largest weight is 127.
///
/// w ≈ scale(channel) · q, rounded to the nearest whole number, ties to the even one.
package struct QuantizedWeights: Sendable {
  /// The whole numbers, in the kernel's order.
  package let values: [Int8]
  /// One scale per output channel; 1 where all weights are 0.
  package let scales: [Float]

  /// Quantises a kernel whose output channels are innermost.
  package init(_ kernel: Tensor, channels: Int) {
    var largest = [Float](repeating: 0, count: channels)
    kernel.withUnsafeBufferPointer { weights in
      largest.withUnsafeMutableBufferPointer { largest in
        guard let base = weights.baseAddress, let largest = largest.baseAddress else { return }
        for row in stride(from: 0, to: weights.count, by: channels) { Self.compare(base + row, largest, channels) }
      }
    }
    let scales = largest.map { $0 > 0 ? $0 / 127 : 1 }
    let values = kernel.withUnsafeBufferPointer { weights in
      scales.withUnsafeBufferPointer { scales in
        [Int8](unsafeUninitializedCapacity: weights.count) { values, count in
          if let base = weights.baseAddress, let scales = scales.baseAddress, let whole = values.baseAddress {
            for row in stride(from: 0, to: weights.count, by: channels) {
              Self.round(base + row, scales, whole + row, channels)
            }
          }
          count = weights.count
        }
      }
    }
    self.values = values
    self.scales = scales
  }

  // Loops of their own, short enough for the compiler to make vectors of them.

  private static func compare(_ row: UnsafePointer<Float>, _ largest: UnsafeMutablePointer<Float>, _ count: Int) {
    for channel in 0..<count {
      let magnitude = row[channel].magnitude
      largest[channel] = magnitude > largest[channel] ? magnitude : largest[channel]
    }
  }

  private static func round(
    _ row: UnsafePointer<Float>, _ scales: UnsafePointer<Float>, _ whole: UnsafeMutablePointer<Int8>, _ count: Int
  ) {
    for channel in 0..<count { whole[channel] = Int8(truncatingIfNeeded: rounded(row[channel] / scales[channel])) }
  }

  private static func restore(
    _ whole: UnsafePointer<Int8>, _ scales: UnsafePointer<Float>, _ row: UnsafeMutablePointer<Float>, _ count: Int
  ) {
    for channel in 0..<count { row[channel] = Float(whole[channel]) * scales[channel] }
  }

  /// The nearest whole number from −127 to 127, ties to the even one.
  ///
  /// Where floats have no room for a fraction, adding rounds: two instructions, where Swift calls a function of C's.
  private static func rounded(_ value: Float) -> Int32 {
    let room: Float = 0x1.8p23
    let bounded = value > 127 ? 127 : value < -127 ? -127 : value
    return Int32(bitPattern: (bounded + room).bitPattern &- room.bitPattern)
  }

  /// Lends the whole numbers, and the scales of the channels.
  func withUnsafeBufferPointers(
    _ body: (_ values: UnsafeBufferPointer<Int8>, _ scales: UnsafeBufferPointer<Float>) -> Void
  ) {
    values.withUnsafeBufferPointer { values in scales.withUnsafeBufferPointer { body(values, $0) } }
  }

  /// The weights that the whole numbers stand for, in a shape.
  package func floats(shape: Shape) -> Tensor {
    Tensor(shape: shape) { elements in
      withUnsafeBufferPointers { values, scales in
        guard let whole = values.baseAddress, let factors = scales.baseAddress, let base = elements.baseAddress else {
          return
        }
        for row in stride(from: 0, to: values.count, by: scales.count) {
          Self.restore(whole + row, factors, base + row, scales.count)
        }
      }
    }
  }
}
