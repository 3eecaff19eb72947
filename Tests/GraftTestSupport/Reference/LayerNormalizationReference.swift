/// Layer normalisation along the last axis. Operands: x, gamma if `hasScale`, beta if `hasOffset`.
package struct LayerNormalizationReference: ReferenceOperation {
  private let epsilon: Double
  private let hasScale: Bool
  private let hasOffset: Bool

  package init(epsilon: Double, hasScale: Bool = true, hasOffset: Bool = true) {
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasOffset = hasOffset
  }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    var y = operands[0]
    for row in 0..<y.rows {
      let (normal, _) = normalized(operands[0], row)
      for channel in 0..<y.columns {
        y[row, channel] = normal[channel]
        if hasScale { y[row, channel] *= operands[1].elements[channel] }
        if hasOffset { y[row, channel] += operands[hasScale ? 2 : 1].elements[channel] }
      }
    }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let x = operands[0]
    let count = Double(x.columns)
    var result = operands.map { ReferenceArray(zeros: $0.shape) }
    for row in 0..<x.rows {
      let (normal, deviation) = normalized(x, row)
      let scaled = (0..<x.columns).map { upstream[row, $0] * (hasScale ? operands[1].elements[$0] : 1) }
      let mean = scaled.reduce(0, +) / count
      let product = zip(scaled, normal).reduce(0) { $0 + $1.0 * $1.1 } / count
      for channel in 0..<x.columns {
        result[0][row, channel] = (scaled[channel] - mean - normal[channel] * product) / deviation
        if hasScale { result[1].elements[channel] += upstream[row, channel] * normal[channel] }
        if hasOffset { result[hasScale ? 2 : 1].elements[channel] += upstream[row, channel] }
      }
    }
    return result
  }

  private func normalized(_ x: ReferenceArray, _ row: Int) -> (x: [Double], deviation: Double) {
    let values = (0..<x.columns).map { x[row, $0] }
    let mean = values.reduce(0, +) / Double(x.columns)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.columns)
    let deviation = (variance + epsilon).squareRoot()
    return (values.map { ($0 - mean) / deviation }, deviation)
  }
}
