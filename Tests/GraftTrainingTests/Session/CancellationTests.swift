import Foundation
import GraftCore
import GraftImages
import GraftLayers
import GraftTestSupport
import Synchronization
import Testing

@testable import GraftTraining

/// A run that is stopped leaves a usable model with the weights of the last complete epoch.
@Suite(.timeLimit(.minutes(60))) struct CancellationTests {
  /// Cancels the task that calls it.
  private func cancelMyself() { withUnsafeCurrentTask { $0?.cancel() } }

  /// More epochs than any test waits for.
  private let endless = 1_000_000

  private func compiled() throws -> Model {
    let model = try Heads.small()
    try model.compile()
    return model
  }

  @Test func fitWhilePicturesAreRead() async throws {
    let folder = try PictureFolder(perClass: 30)
    let (started, begin) = AsyncStream.makeStream(of: Void.self)
    let gate = Gate()
    let task = Task {
      let model = try PictureModel().model
      try model.compile()
      let before = try model.weights()
      let images = try folder.images()
      let source = WatchedSource(try model.labelled(images, .stretch).source) { _, loads in
        if loads == 5 { begin.finish() }
        if loads >= 5 { gate.wait() }
      }
      let events = try model.training(
        options: TrainingOptions(epochs: 3), train: model.labelled(images, .stretch).replacing(source), validation: nil,
        test: nil)
      await #expect(throws: CancellationError.self) { for try await _ in events {} }
      #expect(source.loads.reduce(0, +) < images.count)
      #expect(try model.weights() == before)
      let row = FormulaTensor.make(name: "row", shape: [1, 16, 16, 3], role: .input)
      #expect(try model.results(for: row).elements.allSatisfy(\.isFinite))
    }
    for await _ in started {}
    task.cancel()
    // The cancellation travels through two tasks to the workers, which wait at the gate meanwhile.
    try await Task.sleep(for: .milliseconds(500))
    gate.open()
    try await task.value
  }

  @Test func whileAnEpochRuns() async throws {
    try await Task {
      let model = try compiled()
      let (x, y) = Heads.data(64)
      var atEpoch: [String: Tensor] = [:]
      var epochs = 0
      await #expect(throws: CancellationError.self) {
        for try await event in try model.training(on: x, y, epochs: endless, batchSize: 8) {
          switch event {
          case .epoch(let record):
            epochs = record.epoch
            atEpoch = try model.weights()
          case .batch(let progress) where progress.epoch == 3 && progress.batch == 2: cancelMyself()
          default: break
          }
        }
      }
      #expect(epochs >= 2 && epochs < endless)
      #expect(try model.weights() == atEpoch)
      #expect(try model.results(for: x).elements.allSatisfy(\.isFinite))
    }.value
  }

  @Test func fitFromOutside() async throws {
    let task = Task {
      let model = try compiled()
      let (x, y) = Heads.data(64)
      await #expect(throws: CancellationError.self) {
        try await model.fit(x, y, epochs: endless, progress: .silent)
      }
      #expect(try model.results(for: x).elements.allSatisfy(\.isFinite))
    }
    try await Task.sleep(for: .milliseconds(200))
    task.cancel()
    try await task.value
  }

  @Test func beforeItBegins() async throws {
    try await Task {
      cancelMyself()
      let model = try compiled()
      let before = try model.weights()
      let (x, y) = Heads.data(16)
      await #expect(throws: CancellationError.self) { try await model.fit(x, y, epochs: 5, progress: .silent) }
      await #expect(throws: CancellationError.self) { try await model.evaluate(x, y) }
      await #expect(throws: CancellationError.self) { try await model.predict(x) }
      #expect(try model.weights() == before)
    }.value
  }

  @Test func afterTheLastEvent() async throws {
    try await Task {
      let model = try compiled()
      let (x, y) = Heads.data(16)
      var isFinished = false
      for try await event in try model.training(on: x, y, epochs: 2) {
        guard case .finished = event else { continue }
        isFinished = true
        cancelMyself()
      }
      #expect(isFinished)
    }.value
  }

  @Test func theWorkItselfEnds() async throws {
    let model = try compiled()
    let (x, y) = Heads.data(64)
    let job = try model.training(
      options: TrainingOptions(epochs: endless), train: model.labelled(x, y), validation: nil, test: nil
    ).job
    let (epochs, progress) = AsyncStream.makeStream(of: Int.self)
    let task = Task {
      try await job.run { update in
        if case .event(.epoch(let record)) = update { progress.yield(record.epoch) }
      }
    }
    for await epoch in epochs where epoch == 2 { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func leavingTheLoopStopsTheRun() async throws {
    let model = try compiled()
    let (x, y) = Heads.data(400)
    let samples = try model.labelled(x, y)
    let gate = Gate()
    let source = WatchedSource(samples.source) { _, loads in if loads > 20 { gate.wait() } }
    for try await _ in try model.training(
      options: TrainingOptions(epochs: 1), train: samples.replacing(source), validation: nil, test: nil)
    { break }
    gate.open()
    // Long enough for hundreds of loads, if anybody still made them.
    try await Task.sleep(for: .milliseconds(200))
    #expect(source.loads.reduce(0, +) < 100)
  }

  @Test func leavingTheLoopKeepsTheEpoch() async throws {
    let (left, reference) = (try compiled(), try compiled())
    let (x, y) = Heads.data(64)
    for try await event in try left.training(on: x, y, epochs: endless, batchSize: 8) {
      if case .epoch(let record) = event, record.epoch == 2 { break }
    }
    try await reference.fit(x, y, epochs: 2, batchSize: 8, progress: .silent)
    #expect(try left.weights() == reference.weights())
    // And goes on from there, with the optimizer's memory of two epochs.
    for model in [left, reference] { try await model.fit(x, y, batchSize: 8, progress: .silent) }
    #expect(try left.weights() == reference.weights())
  }
}
