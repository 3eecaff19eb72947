internal import Foundation

extension LearningRate {
  /// The rate of a step, counted from 0. Computed in double precision.
  public func value(at step: Int) -> Float {
    let step = Double(step)
    switch kind {
    case .constant(let rate): return Float(rate)
    case .piecewise(let boundaries, let values):
      return Float(values[boundaries.firstIndex { step <= Double($0) } ?? boundaries.count])
    case .exponential(let initial, let steps, let rate, let isStaircase):
      let periods = step / Double(steps)
      return Float(initial * pow(rate, isStaircase ? periods.rounded(.down) : periods))
    case .cosine(let initial, let steps, let alpha, let warmupTarget, let warmupSteps):
      guard let warmupTarget else {
        return Float(initial * Self.halfCosine(min(step / Double(steps), 1), alpha: alpha))
      }
      let warmup = Double(warmupSteps)
      if step < warmup { return Float(initial + (warmupTarget - initial) * step / warmup) }
      return Float(warmupTarget * Self.halfCosine(min((step - warmup) / Double(steps), 1), alpha: alpha))
    case .cosineRestarts(let initial, let firstSteps, let lengthFactor, let heightFactor, let alpha):
      var left = step
      var length = Double(firstSteps)
      var height = 1.0
      if lengthFactor == 1 {
        height = pow(heightFactor, (left / length).rounded(.down))
        left = left.truncatingRemainder(dividingBy: length)
      } else {
        while left >= length {
          left -= length
          length *= lengthFactor
          height *= heightFactor
        }
      }
      return Float(initial * Self.halfCosine(left / length, alpha: alpha, height: height))
    case .oneCycle(let maximum, let steps, let rise, let annealing, let divisor, let finalDivisor):
      let top = rise * Double(steps) - 1
      let end = Double(steps - 1)
      let initial = maximum / divisor
      if step <= top, top > 0 { return Float(Self.between(initial, maximum, step / top, annealing)) }
      // A rise of less than a step leaves the first step at the top.
      let start = max(top, 0)
      let share = end > start ? min((step - start) / (end - start), 1) : 1
      return Float(Self.between(maximum, initial / finalDivisor, share, annealing))
    }
  }

  private static func halfCosine(_ share: Double, alpha: Double, height: Double = 1) -> Double {
    (1 - alpha) * 0.5 * height * (1 + cos(.pi * share)) + alpha
  }

  private static func between(_ from: Double, _ to: Double, _ share: Double, _ annealing: Annealing) -> Double {
    switch annealing {
    case .cosine: to + (from - to) / 2 * (1 + cos(.pi * share))
    case .linear: from + (to - from) * share
    }
  }
}
