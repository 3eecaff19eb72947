internal import Foundation

/// The mean over outputs of b = −t log p − (1 − t) log(1 − p), each output a question of its own.
///
/// Of logits, p is their sigmoid, and both are computed together: max(z, 0) − z t + log(1 + e^−|z|). Probabilities are clipped,
/// and no gradient passes a clipped one.
///
/// With a focus: u^γ b, where u = t (1 − p) + (1 − t) p is the share that is missing, and times t α + (1 − t)(1 − α) if classes
/// are balanced. As in Keras, u is of the probability that has not been clipped.
struct BinaryCrossentropyRule: LossRule {
  struct Focus: Sendable {
    let gamma: Double
    /// The weight of what is wanted; nil to weigh all alike.
    let alpha: Double?
  }

  let length: Int
  let fromLogits: Bool
  let smoothing: Double
  let focus: Focus?

  var targetLength: Int { length }

  private func wanted(_ target: UnsafePointer<Float>, _ index: Int) -> Double {
    Double(target[index]) * (1 - smoothing) + 0.5 * smoothing
  }

  func value(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ scratch: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = 0.0
    for index in 0..<length {
      let (x, t) = (Double(row[index]), wanted(target, index))
      let plain = crossentropy(x, t)
      guard let focus else {
        sum += plain
        continue
      }
      sum += balance(t, focus) * pow(missing(fromLogits ? sigmoid(x) : x, t), focus.gamma) * plain
    }
    return sum / Double(length)
  }

  func writeGradient(
    _ row: UnsafePointer<Float>, _ target: UnsafePointer<Float>, weight: Double,
    _ scratch: UnsafeMutablePointer<Double>,
    to result: UnsafeMutablePointer<Float>
  ) {
    for index in 0..<length {
      let (x, t) = (Double(row[index]), wanted(target, index))
      var slope = crossentropySlope(x, t)
      if let focus {
        let p = fromLogits ? sigmoid(x) : x
        let u = missing(p, t)
        let byMissing = focus.gamma == 0 ? 0 : focus.gamma * pow(u, focus.gamma - 1) * crossentropy(x, t)
        let missingSlope = (1 - 2 * t) * (fromLogits ? p * (1 - p) : 1)
        slope = balance(t, focus) * (byMissing * missingSlope + pow(u, focus.gamma) * slope)
      }
      result[index] = Float(slope / Double(length) * weight)
    }
  }

  private func crossentropy(_ x: Double, _ t: Double) -> Double {
    if fromLogits { return max(x, 0) - x * t + log1p(exp(-abs(x))) }
    let p = ProbabilityLimits.clipped(x)
    return -t * log(p) - (1 - t) * log(1 - p)
  }

  private func crossentropySlope(_ x: Double, _ t: Double) -> Double {
    if fromLogits { return sigmoid(x) - t }
    return ProbabilityLimits.passes(x) ? (1 - t) / (1 - x) - t / x : 0
  }

  private func sigmoid(_ z: Double) -> Double { 1 / (1 + exp(-z)) }

  private func missing(_ p: Double, _ t: Double) -> Double { t * (1 - p) + (1 - t) * p }

  private func balance(_ t: Double, _ focus: Focus) -> Double {
    focus.alpha.map { t * $0 + (1 - t) * (1 - $0) } ?? 1
  }
}
