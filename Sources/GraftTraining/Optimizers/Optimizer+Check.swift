extension Optimizer {
  /// What makes the numbers impossible to work with, if anything does.
  var problem: String? {
    learningRate.problem ?? rule.problem ?? decayProblem ?? clippingProblem ?? averagingProblem
  }

  private var decayProblem: String? {
    guard let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) else { return nil }
    return "The weight decay must be a finite number, at least 0. Received: \(weightDecay)."
  }

  private var clippingProblem: String? {
    guard clippings.count <= 1 else {
      return "Only one of clipNorm, clipValue and globalClipNorm can be given. Received: \(clippings.count) of them."
    }
    switch clippings.first {
    case .value(let limit), .norm(let limit), .globalNorm(let limit):
      return limit > 0 && limit.isFinite
        ? nil : "A limit on gradients must be a positive, finite number. Received: \(limit)."
    case nil: return nil
    }
  }

  private var averagingProblem: String? {
    guard let averaging else { return nil }
    guard (0...1).contains(averaging.momentum) else {
      return "emaMomentum must lie in [0, 1]. Received: \(averaging.momentum)."
    }
    guard let frequency = averaging.overwriteFrequency, frequency < 1 else { return nil }
    return "emaOverwriteFrequency must be at least 1. Received: \(frequency)."
  }
}

extension Optimizer.Rule {
  var problem: String? {
    switch self {
    case .adam(let beta1, let beta2, let epsilon, _):
      guard (0..<1).contains(beta1), (0..<1).contains(beta2) else {
        return "Adam's betas must lie in [0, 1). Received: \(beta1) and \(beta2)."
      }
      return epsilon > 0 && epsilon.isFinite
        ? nil : "Adam's epsilon must be a positive, finite number. Received: \(epsilon)."
    case .sgd(let momentum, _):
      return (0...1).contains(momentum) ? nil : "The momentum must lie in [0, 1]. Received: \(momentum)."
    case .rmsprop(let rho, let momentum, let epsilon, _):
      guard (0..<1).contains(rho) else { return "RMSprop's rho must lie in [0, 1). Received: \(rho)." }
      guard (0...1).contains(momentum) else { return "The momentum must lie in [0, 1]. Received: \(momentum)." }
      return epsilon > 0 && epsilon.isFinite
        ? nil : "RMSprop's epsilon must be a positive, finite number. Received: \(epsilon)."
    }
  }

  /// The names of what the rule remembers of every weight: Keras's names of the optimizer's variables.
  var slotNames: [String] {
    switch self {
    case .adam(_, _, _, let usesMaximum): ["momentum", "velocity"] + (usesMaximum ? ["velocity_hat"] : [])
    case .sgd(let momentum, _): momentum == 0 ? [] : ["momentum"]
    case .rmsprop(_, let momentum, _, let isCentered):
      ["velocity"] + (momentum == 0 ? [] : ["momentum"]) + (isCentered ? ["average_gradient"] : [])
    }
  }
}
