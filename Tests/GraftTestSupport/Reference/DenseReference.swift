internal import GraftCore

/// x · kernel + bias along the last axis. Operands: x, kernel, bias if there is one.
package struct DenseReference: ReferenceOperation {
  package init() {}

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    let (x, kernel) = (operands[0], operands[1])
    var y = ReferenceArray(zeros: Shape(x.shape.dimensions.dropLast() + [kernel.columns]))
    for row in 0..<x.rows {
      for unit in 0..<kernel.columns {
        y[row, unit] = operands.count > 2 ? operands[2].elements[unit] : 0
        for input in 0..<x.columns { y[row, unit] += x[row, input] * kernel[input, unit] }
      }
    }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let (x, kernel) = (operands[0], operands[1])
    var result = operands.map { ReferenceArray(zeros: $0.shape) }
    for row in 0..<x.rows {
      for unit in 0..<kernel.columns {
        let dy = upstream[row, unit]
        if operands.count > 2 { result[2].elements[unit] += dy }
        for input in 0..<x.columns {
          result[0][row, input] += dy * kernel[input, unit]
          result[1][input, unit] += dy * x[row, input]
        }
      }
    }
    return result
  }
}
