import Foundation
import GraftCore
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftTraining

/// The same seed gives the same bits, whatever the order in which workers finish.
@Suite struct RepeatabilityTests {
  private func run(seed: UInt64) async throws -> (History, [String: Tensor]) {
    let model = try Heads.normalized()
    try model.compile()
    let (x, y) = Heads.data(70)
    let history = try await model.fit(
      x, y, epochs: 3, batchSize: 16, validationSplit: 0.2, seed: seed, progress: .silent)
    return (history, try model.weights())
  }

  @Test func seedsDecide() async throws {
    let (first, second, other) = (try await run(seed: 3), try await run(seed: 3), try await run(seed: 4))
    #expect(first.0.epochs.map(\.values) == second.0.epochs.map(\.values))
    #expect(first.1 == second.1)
    #expect(first.1 != other.1)
  }

  @Test func everyEpochHasItsOwnOrder() async throws {
    // A learning rate of 0 leaves the weights alone: batches differ by their samples only.
    let model = try Heads.small()
    try model.compile(optimizer: .sgd(learningRate: 0))
    let (x, y) = Heads.data(16)
    var firstBatches: [Double] = []
    for try await event in try model.training(on: x, y, epochs: 3, batchSize: 8) {
      if case .batch(let progress) = event, progress.batch == 1, let loss = progress.values["loss"] {
        firstBatches.append(loss)
      }
    }
    #expect(Set(firstBatches).count == 3)
  }

  @Test func evaluationIsTheSameInEveryOrder() async throws {
    let model = try Heads.small()
    try model.compile(metrics: [.accuracy, .topKAccuracy(2)])
    let (x, y) = Heads.data(41)
    let first = try await model.evaluate(x, y)
    let second = try await model.evaluate(x, y)
    #expect(first.values == second.values && first.confusion == second.confusion)
    let samples = try model.labelled(x, y)
    for slow in [0, 1] {
      // One worker waits at its sample while the others run ahead.
      let source = WatchedSource(samples.source) { index, _ in if index % 7 == slow { usleep(3000) } }
      let result = try await model.evaluate(samples.replacing(source), 0, nil, nil)
      #expect(result.values == first.values && result.confusion == first.confusion)
      #expect(source.loads == [Int](repeating: 1, count: 41))
    }
  }

  @Test func oneRowIsARowOfTheBatch() async throws {
    let model = try PictureModel().model
    let x = FormulaTensor.make(name: "pictures", shape: [9, 16, 16, 3], role: .input)
    let batch = try await model.predict(x)
    #expect(batch.shape == [9, 3])
    for row in 0..<9 {
      let alone = try await model.predict(x.rows(row..<(row + 1)))
      #expect(alone.mismatch(batch.rows(row..<(row + 1)), atol: 1e-6) == nil)
    }
    #expect(try await model.predict(x.rows(0..<0)).shape == [0, 3])
    #expect(try await model.predict(x) == batch)
  }

  @Test func batchesLargerThanTheSetAreTheSet() async throws {
    let (x, y) = Heads.data(21)
    var results: [[String: Tensor]] = []
    for size in [21, 22, 1000, Int.max] {
      let model = try Heads.small()
      try model.compile()
      try await model.fit(
        x, y, epochs: 2, batchSize: size, validation: (x, y), shuffle: false, progress: .silent)
      results.append(try model.weights())
    }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  @Test func aPartialBatchIsTrainedOnAsItIs() async throws {
    // Two batches of 8 and 3 are one fit on 8 and one on 3.
    let (x, y) = Heads.data(11)
    let (whole, parts) = (try Heads.small(), try Heads.small())
    try whole.compile()
    try parts.compile()
    let history = try await whole.fit(x, y, batchSize: 8, shuffle: false, progress: .silent)
    var sum = 0.0
    for range in [0..<8, 8..<11] {
      let part = try await parts.fit(x.rows(range), y.rows(range), shuffle: false, progress: .silent)
      sum += part["loss"][0] * Double(range.count)
    }
    #expect(try whole.weights() == parts.weights())
    #expect(abs(history["loss"][0] - sum / 11) < 1e-12)
  }
}
