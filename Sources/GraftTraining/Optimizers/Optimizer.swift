/// How weights follow their gradients: the rule and its numbers. Keras's names, defaults and formulas.
///
/// ```swift
/// try model.compile(optimizer: .sgd(learningRate: 0.01, momentum: 0.9), loss: .categoricalCrossentropy)
/// ```
public struct Optimizer: Sendable, Hashable {
  enum Rule: Sendable, Hashable {
    case adam(beta1: Float, beta2: Float, epsilon: Float)
    case sgd(momentum: Float, nesterov: Bool)
  }

  let rule: Rule
  /// The step size.
  public let learningRate: Float

  /// Adam (Kingma and Ba, 2014): keras.optimizers.Adam.
  ///
  /// m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂), w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε).
  public static func adam(
    learningRate: Float = 0.001, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-7
  ) -> Optimizer {
    Optimizer(rule: .adam(beta1: beta1, beta2: beta2, epsilon: epsilon), learningRate: learningRate)
  }

  /// Gradient descent, with momentum if wanted: keras.optimizers.SGD.
  ///
  /// w ← w − η g; with momentum μ: m ← μ m − η g, w ← w + m; with Nesterov: w ← w + μ m − η g.
  public static func sgd(learningRate: Float = 0.01, momentum: Float = 0, nesterov: Bool = false) -> Optimizer {
    Optimizer(rule: .sgd(momentum: momentum, nesterov: nesterov), learningRate: learningRate)
  }

  /// Whether the numbers are ones that the rule can work with; says which are not.
  var problem: String? {
    guard learningRate.isFinite, learningRate >= 0 else {
      return "The learning rate must be a finite number, at least 0. Received: \(learningRate)."
    }
    switch rule {
    case .adam(let beta1, let beta2, let epsilon):
      guard (0..<1).contains(beta1), (0..<1).contains(beta2) else {
        return "Adam's betas must lie in [0, 1). Received: \(beta1) and \(beta2)."
      }
      return epsilon > 0 && epsilon.isFinite
        ? nil : "Adam's epsilon must be a positive, finite number. Received: \(epsilon)."
    case .sgd(let momentum, _):
      return (0...1).contains(momentum) ? nil : "The momentum must lie in [0, 1]. Received: \(momentum)."
    }
  }
}
