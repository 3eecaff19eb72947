internal import GraftCore
package import GraftGraph

/// Zeros around pictures of (batch, height, width, channels).
package struct PaddingReference: ReferenceOperation {
  private let padding: Padding

  package init(_ padding: Padding) { self.padding = padding }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    let x = operands[0]
    var y = ReferenceArray(
      zeros: [
        x.shape[0], x.shape[1] + padding.top + padding.bottom, x.shape[2] + padding.left + padding.right, x.shape[3],
      ])
    for (index, place) in places(x.shape, y.shape).enumerated() { y.elements[place] = x.elements[index] }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let shape = operands[0].shape
    return [ReferenceArray(shape: shape, places(shape, upstream.shape).map { upstream.elements[$0] })]
  }

  /// For every element of the picture its place in the padded one.
  private func places(_ input: Shape, _ output: Shape) -> [Int] {
    (0..<input.count).map { index in
      let channel = index % input[3]
      let column = index / input[3] % input[2] + padding.left
      let row = index / (input[3] * input[2]) % input[1] + padding.top
      let sample = index / (input[3] * input[2] * input[1])
      return ((sample * output[1] + row) * output[2] + column) * output[3] + channel
    }
  }
}
