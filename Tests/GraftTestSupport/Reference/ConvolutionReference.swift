internal import GraftCore
package import GraftGraph

/// A convolution of (batch, height, width, channels), zeros beyond the border. Operands: x, kernel, bias if there is one.
///
/// The kernel is (height, width, channels / groups, filters); of a depthwise convolution (height, width, channels,
/// multiplier), which is the same memory as one with as many groups as channels.
package struct ConvolutionReference: ReferenceOperation {
  private let convolution: ConvolutionOperation

  package init(_ convolution: ConvolutionOperation) { self.convolution = convolution }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    var y = ReferenceArray(zeros: resultShape(operands[0].shape))
    forEachProduct(operands[0].shape, y.shape) { x, kernel, place in
      y.elements[place] += operands[0].elements[x] * operands[1].elements[kernel]
    }
    guard operands.count > 2 else { return y }
    for index in y.elements.indices { y.elements[index] += operands[2].elements[index % convolution.filters] }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    var result = operands.map { ReferenceArray(zeros: $0.shape) }
    forEachProduct(operands[0].shape, upstream.shape) { x, kernel, place in
      result[0].elements[x] += upstream.elements[place] * operands[1].elements[kernel]
      result[1].elements[kernel] += upstream.elements[place] * operands[0].elements[x]
    }
    guard operands.count > 2 else { return result }
    for (index, dy) in upstream.elements.enumerated() { result[2].elements[index % convolution.filters] += dy }
    return result
  }

  private func resultShape(_ input: Shape) -> Shape {
    func length(_ axis: Int, _ zeros: Int, _ window: Int, _ dilation: Int, _ stride: Int) -> Int {
      (input[axis] + zeros - (window - 1) * dilation - 1) / stride + 1
    }
    let (c, padding) = (convolution, convolution.padding)
    return [
      input[0],
      length(1, padding.top + padding.bottom, c.kernelSize.height, c.dilations.height, c.strides.height),
      length(2, padding.left + padding.right, c.kernelSize.width, c.dilations.width, c.strides.width), c.filters,
    ]
  }

  /// Calls `body` with the places of picture, kernel and result for every product that the convolution sums.
  private func forEachProduct(_ input: Shape, _ output: Shape, _ body: (Int, Int, Int) -> Void) {
    let c = convolution
    let perGroup = input[3] / c.groups
    for sample in 0..<output[0] {
      for row in 0..<output[1] {
        for column in 0..<output[2] {
          for (tapRow, tapColumn) in taps {
            let y = row * c.strides.height + tapRow * c.dilations.height - c.padding.top
            let x = column * c.strides.width + tapColumn * c.dilations.width - c.padding.left
            guard y >= 0, y < input[1], x >= 0, x < input[2] else { continue }
            for filter in 0..<c.filters {
              let group = filter / (c.filters / c.groups)
              for channel in 0..<perGroup {
                body(
                  ((sample * input[1] + y) * input[2] + x) * input[3] + group * perGroup + channel,
                  ((tapRow * c.kernelSize.width + tapColumn) * perGroup + channel) * c.filters + filter,
                  ((sample * output[1] + row) * output[2] + column) * c.filters + filter)
              }
            }
          }
        }
      }
    }
  }

  private var taps: [(Int, Int)] {
    (0..<convolution.kernelSize.height).flatMap { row in (0..<convolution.kernelSize.width).map { (row, $0) } }
  }
}
