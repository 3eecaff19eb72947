internal import Foundation
internal import GraftCore
package import GraftGraph

/// Keras's losses, one per sample, written from their formulas. Operand: predictions (batch, outputs).
///
/// Gradients follow the chain rule step by step: loss by probabilities, probabilities by what the loss reads.
package struct LossReference: ReferenceOperation {
  private let loss: LossFunction
  private let targets: ReferenceArray

  /// - Parameter targets: Rows of (batch, outputs), or class numbers (batch).
  package init(_ loss: LossFunction, targets: ReferenceArray) {
    self.loss = loss
    self.targets = targets
  }

  private func target(_ row: Int, _ columns: Int) -> [Double] {
    let s = loss.labelSmoothing
    return (0..<columns).map { column in
      switch loss.kind {
      case .categoricalCrossentropy, .categoricalFocalCrossentropy:
        targets[row, column] * (1 - s) + s / Double(columns)
      case .sparseCategoricalCrossentropy: Int(targets.elements[row]) == column ? 1 : 0
      case .binaryCrossentropy, .binaryFocalCrossentropy: targets[row, column] * (1 - s) + s / 2
      case .meanSquaredError: targets[row, column]
      }
    }
  }

  private static let ceiling = Double(1 - Float(1e-7))
  private func clipped(_ p: Double) -> Double { min(max(p, Double(Float(1e-7))), Self.ceiling) }
  private func passes(_ p: Double) -> Double { p == clipped(p) ? 1 : 0 }
  private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

  private func softmax(_ x: [Double]) -> [Double] {
    ActivationReference(.softmax).result([ReferenceArray(shape: [x.count], x)]).elements
  }

  package func result(_ operands: [ReferenceArray]) -> ReferenceArray {
    let x = operands[0]
    var losses = ReferenceArray(zeros: [x.rows])
    for row in 0..<x.rows {
      losses.elements[row] = value((0..<x.columns).map { x[row, $0] }, target(row, x.columns))
    }
    return losses
  }

  private func value(_ x: [Double], _ t: [Double]) -> Double {
    let n = Double(x.count)
    switch loss.kind {
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy:
      let logarithms: [Double]
      if loss.fromLogits {
        let largest = x.max() ?? 0
        let scale = log(x.reduce(0) { $0 + exp($1 - largest) }) + largest
        logarithms = x.map { $0 - scale }
      } else if loss.kind == .categoricalCrossentropy {
        let sum = x.reduce(0, +)
        logarithms = x.map { log(clipped($0 / sum)) }
      } else {
        let sum = x.map(clipped).reduce(0, +)
        logarithms = x.map { log(clipped($0) / sum) }
      }
      return -zip(t, logarithms).reduce(0) { $0 + $1.0 * $1.1 }
    case .categoricalFocalCrossentropy:
      let p = loss.fromLogits ? softmax(x) : x
      let sum = p.reduce(0, +)
      return zip(t, p).reduce(0) { total, pair in
        let q = clipped(pair.1 / sum)
        return total - loss.alpha * pow(1 - q, loss.gamma) * pair.0 * log(q)
      }
    case .binaryCrossentropy: return zip(x, t).reduce(0) { $0 + crossentropy($1.0, $1.1) } / n
    case .binaryFocalCrossentropy:
      return zip(x, t).reduce(0) { total, pair in
        let (x, t) = pair
        return total + balance(t) * pow(missing(x, t), loss.gamma) * crossentropy(x, t)
      } / n
    case .meanSquaredError: return zip(x, t).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / n
    }
  }

  private func crossentropy(_ x: Double, _ t: Double) -> Double {
    if loss.fromLogits { return log(1 + exp(-abs(x))) + max(x, 0) - x * t }
    return -t * log(clipped(x)) - (1 - t) * log(1 - clipped(x))
  }

  private func missing(_ x: Double, _ t: Double) -> Double {
    let p = loss.fromLogits ? sigmoid(x) : x
    return 1 - (t * p + (1 - t) * (1 - p))
  }

  private func balance(_ t: Double) -> Double {
    loss.balancesClasses ? t * loss.alpha + (1 - t) * (1 - loss.alpha) : 1
  }

  package func gradients(_ operands: [ReferenceArray], upstream: ReferenceArray) -> [ReferenceArray] {
    let x = operands[0]
    var gradient = ReferenceArray(zeros: x.shape)
    for row in 0..<x.rows {
      let slopes = slopes((0..<x.columns).map { x[row, $0] }, target(row, x.columns))
      for (column, slope) in slopes.enumerated() { gradient[row, column] = upstream.elements[row] * slope }
    }
    return [gradient]
  }

  private func slopes(_ x: [Double], _ t: [Double]) -> [Double] {
    let n = Double(x.count)
    switch loss.kind {
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy:
      if loss.fromLogits {
        let total = t.reduce(0, +)
        return zip(softmax(x), t).map { $0 * total - $1 }
      }
      if loss.kind == .categoricalCrossentropy {
        return throughShares(x, zip(x.map { $0 / x.reduce(0, +) }, t).map { q, t in passes(q) * -t / q })
      }
      // L = log Σc − Σ t log c, c = clip(x).
      let sum = x.map(clipped).reduce(0, +)
      return zip(x, t).map { x, t in passes(x) * (1 / sum - t / x) }
    case .categoricalFocalCrossentropy:
      let p = loss.fromLogits ? softmax(x) : x
      let sum = p.reduce(0, +)
      let byShare = zip(p, t).map { p, t in
        let q = p / sum
        return passes(q) * -loss.alpha * t
          * (pow(1 - q, loss.gamma) / q - loss.gamma * pow(1 - q, loss.gamma - 1) * log(q))
      }
      let byP = throughShares(p, byShare)
      guard loss.fromLogits else { return byP }
      let common = zip(p, byP).reduce(0) { $0 + $1.0 * $1.1 }
      return zip(p, byP).map { $0 * ($1 - common) }
    case .binaryCrossentropy: return zip(x, t).map { crossentropySlope($0, $1) / n }
    case .binaryFocalCrossentropy:
      return zip(x, t).map { x, t in
        let u = missing(x, t)
        let p = loss.fromLogits ? sigmoid(x) : x
        let missingSlope = (1 - 2 * t) * (loss.fromLogits ? p * (1 - p) : 1)
        let focus = loss.gamma * pow(u, loss.gamma - 1) * missingSlope * crossentropy(x, t)
        return balance(t) * (focus + pow(u, loss.gamma) * crossentropySlope(x, t)) / n
      }
    case .meanSquaredError: return zip(x, t).map { 2 * ($0 - $1) / n }
    }
  }

  /// q = x / Σx; ∂q[i]/∂x[j] = (δ[ij] − q[i]) / Σx.
  private func throughShares(_ x: [Double], _ byShare: [Double]) -> [Double] {
    let sum = x.reduce(0, +)
    let common = zip(byShare, x).reduce(0) { $0 + $1.0 * $1.1 / sum }
    return byShare.map { ($0 - common) / sum }
  }

  private func crossentropySlope(_ x: Double, _ t: Double) -> Double {
    if loss.fromLogits { return sigmoid(x) - t }
    return passes(x) * ((1 - t) / (1 - x) - t / x)
  }
}
