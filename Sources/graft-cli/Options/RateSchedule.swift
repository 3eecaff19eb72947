internal import ArgumentParser
internal import Graft

/// How a learning rate changes over the steps of a phase.
enum RateSchedule: Hashable {
  case constant
  /// Down along half a cosine, after a linear rise over a share of the steps.
  case cosine(warmup: Double)
  /// Up over a share of the steps, and down to almost nothing.
  case oneCycle(rise: Double)
  /// Down by the same factor in every step, to a share of the rate.
  case exponential(last: Double)
  /// Times a factor every so many epochs.
  case step(epochs: Int, factor: Double)

  static let forms = "constant, cosine[:WARMUP], one-cycle[:RISE], exponential[:LAST], step:EPOCHS[:FACTOR]"

  /// The schedule for a rate, over a number of steps.
  func learningRate(_ rate: Double, epochs: Int, stepsPerEpoch: Int) -> LearningRate {
    let steps = epochs * stepsPerEpoch
    switch self {
    case .constant: return LearningRate(rate)
    case .cosine(let warmup):
      let rise = Int((warmup * Double(steps)).rounded())
      return rise == 0
        ? .cosineDecay(rate, decaySteps: steps)
        : .cosineDecay(0, decaySteps: max(1, steps - rise), warmupTarget: rate, warmupSteps: rise)
    case .oneCycle(let rise): return .oneCycle(maximum: rate, steps: steps, rise: rise)
    case .exponential(let last): return .exponentialDecay(rate, decaySteps: steps, decayRate: last)
    case .step(let epochs, let factor):
      return .exponentialDecay(rate, decaySteps: epochs * stepsPerEpoch, decayRate: factor, staircase: true)
    }
  }
}

extension RateSchedule: ExpressibleByArgument {
  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    func share(_ standard: Double) -> Double? {
      guard parts.count <= 2 else { return nil }
      guard parts.count == 2 else { return standard }
      return Double(parts[1]).flatMap { (0...1).contains($0) ? $0 : nil }
    }
    switch parts[0] {
    case "constant" where parts.count == 1: self = .constant
    case "cosine":
      guard let warmup = share(0), warmup < 1 else { return nil }
      self = .cosine(warmup: warmup)
    case "one-cycle":
      guard let rise = share(0.3) else { return nil }
      self = .oneCycle(rise: rise)
    case "exponential":
      guard let last = share(0.01), last > 0 else { return nil }
      self = .exponential(last: last)
    case "step":
      guard (2...3).contains(parts.count), let epochs = Int(parts[1]), epochs >= 1,
        let factor = parts.count == 3 ? Double(parts[2]) : 0.1, factor > 0, factor <= 1
      else { return nil }
      self = .step(epochs: epochs, factor: factor)
    default: return nil
    }
  }

  var defaultValueDescription: String { description }
}

extension RateSchedule: CustomStringConvertible {
  var description: String {
    switch self {
    case .constant: "constant"
    case .cosine(let warmup): warmup == 0 ? "cosine" : "cosine:\(warmup)"
    case .oneCycle(let rise): "one-cycle:\(rise)"
    case .exponential(let last): "exponential:\(last)"
    case .step(let epochs, let factor): "step:\(epochs):\(factor)"
    }
  }
}
