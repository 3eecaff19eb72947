import Foundation
import GraftCore
import GraftLayers
import Synchronization
import Testing

@testable import GraftTraining

/// When checkpoints are written, and what they hold.
@Suite(.timeLimit(.minutes(60))) struct CheckpointTests {
  /// Counts the files of a folder after every step.
  private struct Watch: TrainingCallback {
    let path: String
    let seen: Mutexed

    final class Mutexed: Sendable {
      let names = Mutex<[[String]]>([])
    }

    func batchDidEnd(_ progress: BatchProgress, _ control: inout TrainingControl) throws {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      seen.names.withLock { $0.append(names.sorted()) }
    }
  }

  private func names(_ checkpoints: TrainingCheckpoints, epochs: Int = 2) async throws -> [[String]] {
    let watch = Watch(path: checkpoints.folder, seen: .init())
    let model = try Heads.small()
    try model.compile()
    let (x, y) = Heads.data(30)
    try await model.fit(
      x, y, epochs: epochs, batchSize: 10, callbacks: [watch], checkpoints: checkpoints, progress: .silent)
    return watch.seen.names.withLock { $0 }
  }

  private func name(_ epoch: Int, _ batch: Int) -> String { "checkpoint-0000000\(epoch)-0000000\(batch).safetensors" }

  @Test func theyAreWrittenWhenTheyAreDue() async throws {
    let place = CheckpointPlace()
    #expect(
      try await names(place(steps: 1))
        == [
          [], [name(1, 1)], [name(1, 1), name(1, 2)], [name(1, 2), name(2, 0)], [name(2, 0), name(2, 1)],
          [name(2, 1), name(2, 2)],
        ])
    #expect(!place.exists)
    #expect(
      try await names(place(steps: 2)) == [[], [], [name(1, 2)], [name(1, 2)]] + [
        [name(1, 2), name(2, 1)], [name(1, 2), name(2, 1)],
      ])
    // Half a minute has not passed.
    #expect(try await names(place(steps: nil)) == [[String]](repeating: [], count: 6))
    #expect(try await names(place(steps: nil, interval: 0)).last == [name(2, 1), name(2, 2)])
    #expect(try await names(place(steps: nil, keepsLast: true)) == [[String]](repeating: [], count: 6))
    #expect(try place.files.keys.sorted() == [name(3, 0)])
  }

  @Test func argumentsAreChecked() async throws {
    let model = try Heads.small()
    try model.compile()
    let (x, y) = Heads.data(8)
    for wrong in [
      TrainingCheckpoints(""), TrainingCheckpoints("x", interval: -1), TrainingCheckpoints("x", interval: .nan),
      TrainingCheckpoints("x", steps: 0),
    ] {
      let error = #expect(throws: GraftError.self) { try model.training(on: x, y, checkpoints: wrong) }
      #expect(error?.code == .invalidArgument)
    }
  }

  private func bits(_ tensors: [String: Tensor]) -> [String: [UInt32]] {
    tensors.mapValues { $0.elements.map(\.bitPattern) }
  }

  @Test func everyNumberSurvives() async throws {
    let place = CheckpointPlace()
    let numbers = [0.1, -0.0, 5, .infinity, -.infinity, .leastNonzeroMagnitude, 1e300]
    let tensor = Tensor([1, -.zero, .infinity, .leastNonzeroMagnitude])
    let model = try Heads.small()
    try model.compile(optimizer: .sgd(learningRate: 0.1, momentum: 0.5))
    let (x, y) = Heads.data(8)
    try await model.fit(x, y, progress: .silent)
    let snapshot = TrainingSnapshot(
      fingerprint: RunFingerprint(parts: ["a": "b"]), epoch: 3, batch: 2, views: 4, seconds: 0.1,
      epochSeconds: .infinity,
      weights: ["a/b": tensor, "a/c/d": tensor], optimizer: try #require(try model.compiled.optimizerState),
      records: [
        EpochRecord(
          epoch: 1, values: Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ("v\($0)", $1) }), seconds: 2)
      ],
      predictions: Tensor(zeros: [0, 3]), losses: Tensor(zeros: [0]), callbacks: [.null, ["best": .exact(-.infinity)]],
      keptWeights: [0: ["a/b": tensor], 3: ["a/b": tensor]], stopReason: "\"so\"\n")
    try place.write([], to: "x")
    let path = place.path + "/x"
    try snapshot.write(to: path)
    let read = try TrainingSnapshot(contentsOf: path)
    #expect(read.fingerprint == snapshot.fingerprint && read.epoch == 3 && read.batch == 2 && read.views == 4)
    #expect(read.seconds == 0.1 && read.epochSeconds == .infinity && read.stopReason == "\"so\"\n")
    #expect(bits(read.weights) == bits(snapshot.weights))
    #expect(read.optimizer == snapshot.optimizer)
    #expect(read.records == snapshot.records)
    #expect(read.records[0].values["v1"]?.sign == .minus)
    #expect(read.callbacks == snapshot.callbacks)
    #expect(read.keptWeights.mapValues(bits) == snapshot.keptWeights.mapValues(bits))
    #expect(read.losses.shape == [0] && read.predictions.shape == [0, 3])
    #expect(JSONValue.exact(.nan).exactDouble?.isNaN == true)
  }

  /// Remembers a number that JSON cannot hold.
  private struct Endless: TrainingCallback {
    var state: JSONValue { ["value": .number(.infinity)] }
  }

  @Test func aStateThatCannotBeKeptIsNamed() async throws {
    let place = CheckpointPlace()
    let model = try Heads.small()
    try model.compile()
    let (x, y) = Heads.data(8)
    let error = await #expect(throws: GraftError.self) {
      try await model.fit(x, y, callbacks: [Endless()], checkpoints: place(), progress: .silent)
    }
    #expect(error?.message.hasPrefix("The state of Endless cannot be kept in a checkpoint. ") == true)
  }
}
