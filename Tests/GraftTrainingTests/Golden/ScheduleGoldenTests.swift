import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Learning rates step by step: Keras's in float32, ours in double precision; one-cycle is PyTorch's.
@Suite struct ScheduleGoldenTests {
  static let cases = [
    "cosine", "cosine_alpha", "cosine_warmup", "exponential", "exponential_staircase", "one_cycle", "one_cycle_linear",
    "one_cycle_two_steps", "piecewise", "restarts", "restarts_equal", "restarts_longer",
  ]

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "schedules") == Self.cases.map { "schedules/\($0)" })
  }

  @Test(arguments: cases) func everyStep(_ name: String) throws {
    let expected = try GoldenFile("schedules/\(name)").tensor("learning_rate")
    let schedule = try ScheduleCase.named(name)
    #expect(schedule.problem == nil)
    let rates = Tensor((0..<expected.count).map(schedule.value(at:)))
    // 1 + cos near its zero is a difference of ones, rounded to 6·10⁻⁸ in float32; rates are below 0.5.
    #expect(rates.mismatch(expected, atol: 6e-8, rtol: 2e-6) == nil)
  }

  @Test func schedulesGoOnAfterTheirEnd() {
    let cosine = LearningRate.cosineDecay(0.1, decaySteps: 10, alpha: 0.2)
    #expect(cosine.value(at: 10) == 0.02 && cosine.value(at: 1000) == 0.02)
    let cycle = LearningRate.oneCycle(maximum: 1, steps: 10, divisor: 10, finalDivisor: 10)
    #expect(cycle.value(at: 9) == 0.01 && cycle.value(at: 1000) == 0.01)
    // With no room to rise, the first step is the top.
    let fall = LearningRate.oneCycle(maximum: 1, steps: 3, rise: 0.3, annealing: .linear, divisor: 10, finalDivisor: 10)
    #expect(Tensor((0..<3).map(fall.value(at:))).mismatch(Tensor([1, 0.505, 0.01]), rtol: 1e-6) == nil)
    #expect(LearningRate.oneCycle(maximum: 1, steps: 1).value(at: 0).isFinite)
  }

  @Test func numbersAreRates() {
    let rates: [LearningRate] = [0.5, 2, .constant(0.5), LearningRate(Float(0.1))]
    #expect(rates.map { $0.value(at: 7) } == [0.5, 2, 0.5, 0.1])
    #expect(rates[0] == rates[2] && rates[3] == 0.1)
  }

  static let impossible: [(LearningRate, String)] = [
    (
      .piecewiseConstant(boundaries: [1], values: [0.1]),
      "A piecewise constant rate needs one more value than boundaries. Received: 1 boundaries, 1 values."
    ),
    (
      .piecewiseConstant(boundaries: [2, 2], values: [1, 2, 3]),
      "The boundaries of a piecewise constant rate must increase. Received: [2, 2]."
    ),
    (
      .piecewiseConstant(boundaries: [2], values: [1, -2]),
      "The learning rate must be a finite number, at least 0. Received: -2.0."
    ),
    (.exponentialDecay(0.1, decaySteps: 0, decayRate: 0.5), "decaySteps must be at least 1. Received: 0."),
    (
      .exponentialDecay(0.1, decaySteps: 1, decayRate: 0),
      "A decay rate must be a positive, finite number. Received: 0.0."
    ),
    (.cosineDecay(0.1, decaySteps: 5, alpha: 2), "alpha must lie in [0, 1]. Received: 2.0."),
    (
      .cosineDecay(0.1, decaySteps: 5, warmupTarget: .nan),
      "The learning rate must be a finite number, at least 0. Received: nan."
    ),
    (.cosineDecay(0.1, decaySteps: 5, warmupSteps: -1), "warmupSteps must be at least 0. Received: -1."),
    (
      .cosineDecayRestarts(0.1, firstDecaySteps: 5, tMul: 0.5),
      "tMul must be a finite number, at least 1. Received: 0.5."
    ),
    (
      .cosineDecayRestarts(0.1, firstDecaySteps: 5, mMul: -1),
      "mMul must be a finite number, at least 0. Received: -1.0."
    ),
    (.cosineDecayRestarts(0.1, firstDecaySteps: 0), "firstDecaySteps must be at least 1. Received: 0."),
    (.oneCycle(maximum: 1, steps: 0), "steps must be at least 1. Received: 0."),
    (.oneCycle(maximum: 1, steps: 9, rise: 2), "The share of rising steps must lie in [0, 1]. Received: 2.0."),
    (
      .oneCycle(maximum: 1, steps: 9, divisor: 0),
      "The divisors of a one-cycle rate must be positive, finite numbers. Received: 0.0."
    ),
  ]

  @Test func impossibleSchedulesAreRefused() throws {
    let model = try Heads.small()
    for (rate, reason) in Self.impossible {
      #expect(throws: GraftError(.invalidArgument, reason)) {
        try model.compile(optimizer: .sgd(learningRate: rate))
      }
    }
  }
}
