internal import GraftCore
package import GraftGraph

/// Global pooling of (batch, height, width, channels).
package struct PoolingReference: ReferenceOperation {
  private let kind: GlobalPoolingOperation.Kind

  package init(_ kind: GlobalPoolingOperation.Kind) { self.kind = kind }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    let x = operands[0]
    let pixels = x.shape[1] * x.shape[2]
    var y = ReferenceArray(zeros: [x.shape[0], x.columns])
    for sample in 0..<x.shape[0] {
      for channel in 0..<x.columns {
        let values = (0..<pixels).map { x[sample * pixels + $0, channel] }
        y[sample, channel] =
          switch kind {
          case .average: values.reduce(0, +) / Double(pixels)
          case .max: values.max() ?? 0
          }
      }
    }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let x = operands[0]
    let pixels = x.shape[1] * x.shape[2]
    let y = result(operands)
    var result = ReferenceArray(zeros: x.shape)
    for row in 0..<x.rows {
      for channel in 0..<x.columns {
        let dy = upstream.elements[row / pixels * x.columns + channel]
        switch kind {
        case .average: result[row, channel] = dy / Double(pixels)
        case .max: result[row, channel] = x[row, channel] == y[row / pixels, channel] ? dy : 0
        }
      }
    }
    return [result]
  }
}
