internal import GraftCore

/// Batch normalisation along the last axis.
///
/// Operands: x, gamma if `hasScale`, beta if `hasOffset`, and mean and variance if they are given rather than the batch's.
package struct NormalizationReference: ReferenceOperation {
  private let epsilon: Double
  private let hasScale: Bool
  private let hasOffset: Bool
  private let usesGivenStatistics: Bool

  package init(epsilon: Double, hasScale: Bool = true, hasOffset: Bool = true, usesGivenStatistics: Bool) {
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasOffset = hasOffset
    self.usesGivenStatistics = usesGivenStatistics
  }

  /// Mean and biased variance of every channel.
  package static func statistics(_ x: ReferenceArray) -> (mean: [Double], variance: [Double]) {
    let count = Double(x.rows)
    let mean = (0..<x.columns).map { column in (0..<x.rows).reduce(0) { $0 + x[$1, column] } / count }
    let variance = (0..<x.columns).map { column in
      (0..<x.rows).reduce(0) { $0 + (x[$1, column] - mean[column]) * (x[$1, column] - mean[column]) } / count
    }
    return (mean, variance)
  }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    var y = normalized(operands).x
    for row in 0..<y.rows {
      for channel in 0..<y.columns {
        if hasScale { y[row, channel] *= operands[1].elements[channel] }
        if hasOffset { y[row, channel] += operands[hasScale ? 2 : 1].elements[channel] }
      }
    }
    return y
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let (normal, deviation) = normalized(operands)
    var result = operands.map { ReferenceArray(zeros: $0.shape) }
    let count = Double(normal.rows)
    for channel in 0..<normal.columns {
      let dy = (0..<normal.rows).map { upstream[$0, channel] }
      let sum = dy.reduce(0, +)
      let product = (0..<normal.rows).reduce(0) { $0 + dy[$1] * normal[$1, channel] }
      let gamma = hasScale ? operands[1].elements[channel] : 1
      if hasScale { result[1].elements[channel] = product }
      if hasOffset { result[hasScale ? 2 : 1].elements[channel] = sum }
      for row in 0..<normal.rows {
        let passed = usesGivenStatistics ? dy[row] : dy[row] - sum / count - normal[row, channel] * product / count
        result[0][row, channel] = gamma / deviation[channel] * passed
      }
      if usesGivenStatistics {
        let scale = gamma / deviation[channel]
        result[operands.count - 2].elements[channel] = -scale * sum
        result[operands.count - 1].elements[channel] = -gamma * product / (2 * deviation[channel] * deviation[channel])
      }
    }
    return result
  }

  private func normalized(_ operands: [ReferenceArray]) -> (x: ReferenceArray, deviation: [Double]) {
    var x = operands[0]
    let (mean, variance) =
      usesGivenStatistics
      ? (operands[operands.count - 2].elements, operands[operands.count - 1].elements) : Self.statistics(x)
    let deviation = variance.map { ($0 + epsilon).squareRoot() }
    for row in 0..<x.rows {
      for channel in 0..<x.columns { x[row, channel] = (x[row, channel] - mean[channel]) / deviation[channel] }
    }
    return (x, deviation)
  }
}
