import Foundation
import GraftGraph
import Testing

@testable import GraftTraining

/// Optimizers, schedules and losses as JSON and back: what a file or a checkpoint keeps of them.
@Suite struct OptimizerCodingTests {
  static let rates: [LearningRate] = [
    0.1, .piecewiseConstant(boundaries: [2, 5], values: [1, 0.5, 0.1]),
    .exponentialDecay(0.1, decaySteps: 10, decayRate: 0.9, staircase: true),
    .cosineDecay(0.01, decaySteps: 100, alpha: 0.1, warmupTarget: 0.1, warmupSteps: 10),
    .cosineDecayRestarts(0.1, firstDecaySteps: 10, tMul: 1.5, mMul: 0.9, alpha: 0.01),
    .oneCycle(maximum: 0.1, steps: 100, annealing: .linear),
  ]

  @Test(arguments: rates) func roundTrip(_ rate: LearningRate) throws {
    let optimizers: [Optimizer] = [
      .sgd(learningRate: rate, momentum: 0.9, nesterov: true, clipNorm: 1),
      .rmsprop(learningRate: rate, centered: true, clipValue: 0.5),
      .adam(learningRate: rate, amsgrad: true, globalClipNorm: 2),
      .adamW(learningRate: rate, sparesBiasesAndNorms: true, useEMA: true, emaOverwriteFrequency: 10),
    ]
    let data = try JSONEncoder().encode(optimizers)
    #expect(try JSONDecoder().decode([Optimizer].self, from: data) == optimizers)
  }

  @Test func losses() throws {
    let losses: [LossFunction] = [
      .binaryFocalCrossentropy(balancesClasses: true, alpha: 0.3, gamma: 1, fromLogits: true, labelSmoothing: 0.1),
      .meanSquaredError,
    ]
    let data = try JSONEncoder().encode(losses)
    #expect(try JSONDecoder().decode([LossFunction].self, from: data) == losses)
  }
}
