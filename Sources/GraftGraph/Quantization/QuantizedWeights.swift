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
      for row in stride(from: 0, to: weights.count, by: channels) {
        for channel in 0..<channels {
          let magnitude = weights[row &+ channel].magnitude
          largest[channel] = magnitude > largest[channel] ? magnitude : largest[channel]
        }
      }
    }
    let scales = largest.map { $0 > 0 ? $0 / 127 : 1 }
    let values = kernel.withUnsafeBufferPointer { weights in
      scales.withUnsafeBufferPointer { scales in
        [Int8](unsafeUninitializedCapacity: weights.count) { values, count in
          for row in stride(from: 0, to: weights.count, by: channels) {
            for channel in scales.indices {
              let whole = Self.rounded(weights[row &+ channel] / scales[channel])
              values[row &+ channel] = Int8(truncatingIfNeeded: whole)
            }
          }
          count = weights.count
        }
      }
    }
    self.values = values
    self.scales = scales
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
        for row in stride(from: 0, to: values.count, by: scales.count) {
          for channel in scales.indices {
            elements[row &+ channel] = Float(values[row &+ channel]) * scales[channel]
          }
        }
      }
    }
  }
}
