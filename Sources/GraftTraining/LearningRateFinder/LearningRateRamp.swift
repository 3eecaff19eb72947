internal import GraftCore

/// Rates that grow from step to step by the same factor.
struct LearningRateRamp {
  let steps: Int
  let batchSize: Int
  let smoothing: Double
  let schedule: LearningRate

  /// - Throws: `GraftError.invalidArgument` for numbers that make no ramp.
  init(_ minimum: Double, _ maximum: Double, steps: Int, batchSize: Int, smoothing: Double) throws {
    guard minimum > 0, maximum > minimum, maximum.isFinite else {
      throw GraftError(
        .invalidArgument,
        "Expected two rates above 0, the maximum above the minimum. Received: \(minimum) and \(maximum).")
    }
    guard steps >= 10 else {
      throw GraftError(.invalidArgument, "At least 10 steps are needed to see a loss fall. Received: \(steps).")
    }
    guard batchSize > 0 else {
      throw GraftError(.invalidArgument, "The batch size must be at least 1. Received: \(batchSize).")
    }
    guard (0..<1).contains(smoothing) else {
      throw GraftError(.invalidArgument, "The smoothing must lie in [0, 1). Received: \(smoothing).")
    }
    self.steps = steps
    self.batchSize = batchSize
    self.smoothing = smoothing
    schedule = .exponentialDecay(minimum, decaySteps: steps - 1, decayRate: maximum / minimum)
  }

  /// The rate of every step.
  var rates: [Double] { (0..<steps).map { Double(schedule.value(at: $0)) } }

  /// Which samples of a set are trained on: no more than the steps can take.
  func samples(of count: Int, seed: UInt64) -> [Int] {
    let (wanted, overflows) = steps.multipliedReportingOverflow(by: batchSize)
    guard !overflows, wanted < count else { return Array(0..<count) }
    return RandomNumbers(seed: seed, stream: 0x7261_6D70).permutation(of: count).prefix(wanted).sorted()
  }
}
