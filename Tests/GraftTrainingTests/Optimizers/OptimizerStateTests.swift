import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// How steps are divided, kept and changed from outside.
@Suite struct OptimizerStateTests {
  /// Longer than a portion of the loops, so that parts begin and end within portions.
  private static let shapes: [Shape] = [[37, 41], [129], [1100, 2]]
  private static let count = 4096

  static let optimizers: [Optimizer] = [
    .sgd(learningRate: 0.05), .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.1, clipNorm: 0.7),
    .rmsprop(momentum: 0.5, centered: true, globalClipNorm: 3),
    .adam(amsgrad: true, weightDecay: 0.1, clipValue: 0.3, useEMA: true, emaMomentum: 0.9, emaOverwriteFrequency: 2),
  ]

  private func state(_ optimizer: Optimizer, multipliers: [Float] = [1, 1, 1]) -> OptimizerState {
    var offset = 0
    let segments = Self.shapes.enumerated().map { index, shape in
      defer { offset += (shape.count + 15) / 16 * 16 }
      return OptimizerSegment(
        name: "layer_\(index)/kernel", shape: shape, offset: offset, learningRateMultiplier: multipliers[index])
    }
    return OptimizerState(optimizer, count: Self.count, segments: segments)
  }

  private func numbers(_ name: String) -> [Float] {
    FormulaTensor.make(name: name, shape: [Self.count], role: .input).elements
  }

  private func step(_ state: OptimizerState, _ block: inout [Float], _ number: Int, in ranges: [Range<Int>]) {
    block.withUnsafeMutableBufferPointer { values in
      numbers("gradient \(number)").withUnsafeBufferPointer { gradients in
        state.prepare(gradients)
        for range in ranges { state.apply(values, by: gradients, in: range) }
      }
    }
  }

  @Test(arguments: optimizers) func partsAreTheWhole(_ optimizer: Optimizer) {
    let (whole, parts) = (state(optimizer), state(optimizer))
    var (first, second) = (numbers("weights"), numbers("weights"))
    for number in 0..<5 {
      step(whole, &first, number, in: [0..<Self.count])
      step(parts, &second, number, in: [1500..<Self.count, 0..<7, 7..<1500])
    }
    #expect(first == second)
    #expect(whole.snapshot() == parts.snapshot())
  }

  @Test(arguments: optimizers) func twoThreadsAreOne(_ optimizer: Optimizer) {
    let (whole, shared) = (state(optimizer), state(optimizer))
    var first = numbers("weights")
    for number in 0..<5 { step(whole, &first, number, in: [0..<Self.count]) }
    let second = numbers("weights")
    let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: Self.count)
    _ = values.initialize(from: second)
    defer { values.deallocate() }
    nonisolated(unsafe) let block = values
    for number in 0..<5 {
      let gradient = numbers("gradient \(number)")
      gradient.withUnsafeBufferPointer { shared.prepare($0) }
      DispatchQueue.concurrentPerform(iterations: 2) { part in
        gradient.withUnsafeBufferPointer {
          #expect(shared.apply(block, by: $0, in: part == 0 ? 0..<2001 : 2001..<Self.count))
        }
      }
    }
    #expect(first == Array(values))
    #expect(whole.snapshot() == shared.snapshot())
  }

  @Test(arguments: optimizers) func aSnapshotGoesOn(_ optimizer: Optimizer) throws {
    let whole = state(optimizer)
    var first = numbers("weights")
    for number in 0..<3 { step(whole, &first, number, in: [0..<Self.count]) }
    whole.learningRateScale = 0.5
    let snapshot = whole.snapshot()
    let later = state(optimizer)
    try later.restore(snapshot)
    #expect(later.iterations == 3)
    #expect(later.snapshot() == snapshot)
    var second = first
    for number in 3..<6 {
      step(whole, &first, number, in: [0..<Self.count])
      step(later, &second, number, in: [0..<Self.count])
    }
    #expect(first == second)
    #expect(later.snapshot() == whole.snapshot())
  }

  @Test func aSnapshotOfSomethingElseIsRefused() {
    let snapshot = state(.adam()).snapshot()
    for other in [state(.adam(learningRate: 0.1)), state(.sgd())] {
      #expect(!other.continues(snapshot))
      #expect(throws: GraftError.self) { try other.restore(snapshot) }
      #expect(other.iterations == 0)
    }
    let plain = OptimizerState(
      .sgd(), count: 16, segments: [OptimizerSegment(name: "a/kernel", shape: [4], offset: 0)])
    let others = OptimizerState(
      .sgd(), count: 16, segments: [OptimizerSegment(name: "b/kernel", shape: [4], offset: 0)])
    #expect(!others.continues(plain.snapshot()))
  }

  @Test func scaleAndMultipliersAreLearningRates() {
    // Scale 0.5 and multipliers 2, 0, 1 of a rate of 0.5.
    let state = state(.sgd(learningRate: 0.5), multipliers: [2, 0, 1])
    state.learningRateScale = 0.5
    #expect(state.learningRate == 0.25)
    let before = numbers("weights")
    var block = before
    step(state, &block, 0, in: [0..<Self.count])
    let gradient = numbers("gradient 0")
    for (segment, rate) in zip(state.segments, [0.5, 0, 0.25] as [Float]) {
      for index in segment.range { #expect(block[index] == before[index] - rate * gradient[index]) }
    }
  }

  @Test func aGlobalNormThatIsNotFiniteSpoilsEverything() {
    let state = state(.sgd(globalClipNorm: 1))
    var block = numbers("weights")
    var gradient = numbers("gradient 0")
    gradient[2] = .infinity
    block.withUnsafeMutableBufferPointer { values in gradient.withUnsafeBufferPointer { state.update(values, by: $0) } }
    #expect(state.segments.allSatisfy { $0.range.allSatisfy { block[$0].isNaN } })
  }

  @Test func biasesAndNormsAreKnownByNameAndShape() {
    for name in ["dense/bias", "bn/gamma", "bn/beta", "conv/kernel_scale"] {
      #expect(OptimizerSegment.isBiasOrNorm(name, [4]))
    }
    #expect(OptimizerSegment.isBiasOrNorm("odd/bias_matrix", [2, 2]))
    // A layer's name says nothing about its variables.
    for name in ["dense/kernel", "gamma_rays/kernel", "a/b/depthwise_kernel"] {
      #expect(!OptimizerSegment.isBiasOrNorm(name, [3, 3]))
    }
  }
}
