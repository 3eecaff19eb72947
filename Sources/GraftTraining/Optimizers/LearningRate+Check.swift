extension LearningRate {
  /// What makes the numbers impossible to work with, if anything does.
  var problem: String? {
    for rate in rates where !(Float(rate).isFinite && rate >= 0) {
      return "The learning rate must be a finite number, at least 0. Received: \(rate)."
    }
    switch kind {
    case .constant: return nil
    case .piecewise(let boundaries, let values):
      guard values.count == boundaries.count + 1 else {
        return """
          A piecewise constant rate needs one more value than boundaries. Received: \(boundaries.count) boundaries, \
          \(values.count) values.
          """
      }
      return zip(boundaries, boundaries.dropFirst()).allSatisfy(<)
        ? nil : "The boundaries of a piecewise constant rate must increase. Received: \(boundaries)."
    case .exponential(_, let steps, let rate, _):
      guard rate.isFinite, rate > 0 else {
        return "A decay rate must be a positive, finite number. Received: \(rate)."
      }
      return Self.lengthProblem("decaySteps", steps)
    case .cosine(_, let steps, let alpha, _, let warmupSteps):
      guard warmupSteps >= 0 else { return "warmupSteps must be at least 0. Received: \(warmupSteps)." }
      return Self.lengthProblem("decaySteps", steps) ?? Self.alphaProblem(alpha)
    case .cosineRestarts(_, let firstSteps, let lengthFactor, let heightFactor, let alpha):
      guard lengthFactor.isFinite, lengthFactor >= 1 else {
        return "tMul must be a finite number, at least 1. Received: \(lengthFactor)."
      }
      guard heightFactor.isFinite, heightFactor >= 0 else {
        return "mMul must be a finite number, at least 0. Received: \(heightFactor)."
      }
      return Self.lengthProblem("firstDecaySteps", firstSteps) ?? Self.alphaProblem(alpha)
    case .oneCycle(_, let steps, let rise, _, let divisor, let finalDivisor):
      guard (0...1).contains(rise) else { return "The share of rising steps must lie in [0, 1]. Received: \(rise)." }
      for number in [divisor, finalDivisor] where !(number > 0 && number.isFinite) {
        return "The divisors of a one-cycle rate must be positive, finite numbers. Received: \(number)."
      }
      return Self.lengthProblem("steps", steps)
    }
  }

  private var rates: [Double] {
    switch kind {
    case .constant(let rate): [rate]
    case .piecewise(_, let values): values
    case .exponential(let initial, _, _, _): [initial]
    case .cosine(let initial, _, _, let target, _): [initial] + (target.map { [$0] } ?? [])
    case .cosineRestarts(let initial, _, _, _, _): [initial]
    case .oneCycle(let maximum, _, _, _, _, _): [maximum]
    }
  }

  private static func lengthProblem(_ name: String, _ steps: Int) -> String? {
    steps > 0 ? nil : "\(name) must be at least 1. Received: \(steps)."
  }

  private static func alphaProblem(_ alpha: Double) -> String? {
    (0...1).contains(alpha) ? nil : "alpha must lie in [0, 1]. Received: \(alpha)."
  }
}
