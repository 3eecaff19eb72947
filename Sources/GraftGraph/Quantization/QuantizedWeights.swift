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
    var values = [Int8](repeating: 0, count: kernel.count)
    let scales = kernel.withUnsafeBufferPointer { weights in
      for (index, weight) in weights.enumerated() {
        largest[index % channels] = max(largest[index % channels], abs(weight))
      }
      let scales = largest.map { $0 > 0 ? $0 / 127 : 1 }
      for (index, weight) in weights.enumerated() {
        let whole = (weight / scales[index % channels]).rounded(.toNearestOrEven)
        values[index] = Int8(max(-127, min(127, whole)))
      }
      return scales
    }
    self.values = values
    self.scales = scales
  }

  /// The weights that the whole numbers stand for, in a shape.
  package func floats(shape: Shape) -> Tensor {
    Tensor(shape: shape) { elements in
      for (index, value) in values.enumerated() {
        elements.initializeElement(at: index, to: Float(value) * scales[index % scales.count])
      }
    }
  }
}
