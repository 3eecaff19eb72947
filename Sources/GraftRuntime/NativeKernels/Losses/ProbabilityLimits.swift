internal import GraftGraph

/// Keras's limits of probabilities, as float32 has them: 1 − 10⁻⁷ is 1 − 1.19·10⁻⁷ there.
enum ProbabilityLimits {
  static let floor = Double(LossFunction.epsilon)
  static let ceiling = Double(1 - LossFunction.epsilon)

  static func clipped(_ p: Double) -> Double { min(max(p, floor), ceiling) }
  /// Whether a gradient passes the clipping.
  static func passes(_ p: Double) -> Bool { p >= floor && p <= ceiling }
}
