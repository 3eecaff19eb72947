internal import Foundation
internal import GraftCore
package import GraftGraph

/// Keras's cross-entropies, one loss per sample. Operand: predictions (batch, classes).
package struct CrossentropyReference: ReferenceOperation {
  private let loss: LossFunction
  private let targets: ReferenceArray

  /// - Parameter targets: Rows of (batch, classes), or class numbers (batch).
  package init(_ loss: LossFunction, targets: ReferenceArray) {
    self.loss = loss
    self.targets = targets
  }

  private func target(_ row: Int, _ column: Int) -> Double {
    switch loss.kind {
    case .categoricalCrossentropy: targets[row, column]
    case .sparseCategoricalCrossentropy: Int(targets.elements[row]) == column ? 1 : 0
    }
  }

  private func clipped(_ p: Double) -> Double { min(max(p, 1e-7), 1 - 1e-7) }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    let x = operands[0]
    var losses = ReferenceArray(zeros: [x.rows])
    for row in 0..<x.rows {
      let values = (0..<x.columns).map { x[row, $0] }
      let logarithms: [Double]
      if loss.fromLogits {
        let largest = values.max() ?? 0
        let scale = log(values.reduce(0) { $0 + exp($1 - largest) }) + largest
        logarithms = values.map { $0 - scale }
      } else if loss.kind == .categoricalCrossentropy {
        let sum = values.reduce(0, +)
        logarithms = values.map { log(clipped($0 / sum)) }
      } else {
        let sum = values.map(clipped).reduce(0, +)
        logarithms = values.map { log(clipped($0) / sum) }
      }
      losses.elements[row] = -logarithms.enumerated().reduce(0) { $0 + target(row, $1.offset) * $1.element }
    }
    return losses
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let x = operands[0]
    var gradient = ReferenceArray(zeros: x.shape)
    for row in 0..<x.rows {
      let values = (0..<x.columns).map { x[row, $0] }
      let wanted = (0..<x.columns).map { target(row, $0) }
      let dy = upstream.elements[row]
      if loss.fromLogits {
        let softmax = ActivationReference(.softmax).result([ReferenceArray(shape: [values.count], values)]).elements
        let total = wanted.reduce(0, +)
        for column in values.indices { gradient[row, column] = dy * (softmax[column] * total - wanted[column]) }
      } else if loss.kind == .categoricalCrossentropy {
        // L = −Σ t log q, q = x / Σx; ∂q[i]/∂x[j] = (δ[ij] − q[i]) / Σx; nothing passes a clipped q.
        let sum = values.reduce(0, +)
        let q = values.map { $0 / sum }
        let byQ = zip(q, wanted).map { q, t in q == clipped(q) ? -t / q : 0 }
        let common = zip(byQ, q).reduce(0) { $0 + $1.0 * $1.1 }
        for column in values.indices { gradient[row, column] = dy * (byQ[column] - common) / sum }
      } else {
        // L = log Σc − Σ t log c, c = clip(x).
        let sum = values.map(clipped).reduce(0, +)
        for column in values.indices where values[column] == clipped(values[column]) {
          gradient[row, column] = dy * (1 / sum - wanted[column] / values[column])
        }
      }
    }
    return [gradient]
  }
}
