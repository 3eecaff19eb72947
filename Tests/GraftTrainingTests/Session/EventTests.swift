import GraftCore
import GraftLayers
import Testing

@testable import GraftTraining

/// What a run tells, and in which order.
@Suite struct EventTests {
  private func events(epochs: Int, validation: Bool = true) async throws -> [TrainingEvent] {
    let model = try Heads.small()
    try model.compile()
    let (x, y) = Heads.data(50)
    var events: [TrainingEvent] = []
    for try await event in try model.training(
      on: x, y, epochs: epochs, batchSize: 16, validation: validation ? Heads.data(10, name: "held back") : nil)
    { events.append(event) }
    return events
  }

  @Test func orderAndCounts() async throws {
    let events = try await events(epochs: 3)
    var extracted: [Int] = []
    var rest: [String] = []
    for event in events {
      switch event {
      case .extracting(let progress):
        #expect(rest.isEmpty, "extraction comes first")
        #expect(progress.total == 60)
        #expect(progress.imagesPerSecond >= 0 && progress.secondsLeft >= 0)
        extracted.append(progress.done)
      case .batch(let progress):
        rest.append("batch \(progress.epoch).\(progress.batch)")
        #expect(progress.epochCount == 3 && progress.batchCount == 4)
        #expect(progress.values.keys.sorted() == ["accuracy", "loss"])
        #expect(progress.samplesPerSecond > 0 && progress.secondsLeft >= 0)
      case .epoch(let record):
        rest.append("epoch \(record.epoch)")
        #expect(record.values.keys.sorted() == ["accuracy", "loss", "val_accuracy", "val_loss"])
        #expect(record.seconds > 0)
      case .finished(let history):
        rest.append("finished")
        #expect(history.epochs.count == 3)
        #expect(history.trainCount == 50 && history.validationCount == 10)
        #expect(history.extractionSeconds > 0 && history.trainingSeconds > 0)
        #expect(history.test == nil && history.badFiles.isEmpty)
      }
    }
    #expect(extracted == extracted.sorted() && extracted.last == 60)
    #expect(Set(extracted).count == extracted.count)
    let expected: [String] = (1...3).flatMap { epoch in
      (1...4).map { "batch \(epoch).\($0)" } + ["epoch \(epoch)"]
    }
    #expect(rest == expected + ["finished"])
  }

  @Test func theLastBatchHasTheEpochsMeans() async throws {
    var last: [String: Double] = [:]
    for event in try await events(epochs: 2, validation: false) {
      if case .batch(let progress) = event { last = progress.values }
      if case .epoch(let record) = event { #expect(record.values == last) }
    }
  }

  @Test func theModelHasTheWeightsOfEveryEpoch() async throws {
    let model = try Heads.small()
    try model.compile()
    let (x, y) = Heads.data(50)
    var seen: [[String: Tensor]] = [try model.weights()]
    for try await event in try model.training(on: x, y, epochs: 3) {
      if case .epoch(let record) = event {
        seen.append(try model.weights())
        let loss = try await model.evaluate(x, y).loss
        // The epoch's own loss is a mean over weights that still moved.
        #expect(loss < (record.values["loss"] ?? 0))
      }
    }
    for index in 1..<seen.count { #expect(seen[index] != seen[index - 1]) }
  }

  @Test func zeroEpochsTrainNothing() async throws {
    let model = try PictureModel().model
    try model.compile()
    let before = try model.weights()
    let images = try PictureFolder(perClass: 2)
    let history = try await model.fit(images.images(), epochs: 0, test: images.images(), progress: .silent)
    #expect(history.epochs.isEmpty && history.trainCount == 6)
    #expect(history.test?.count == 6)
    #expect(try model.weights() == before)
  }

  @Test func aRunThatIsNotAskedForDoesNothing() async throws {
    let model = try Heads.small()
    try model.compile()
    let (x, y) = Heads.data(10)
    let source = WatchedSource(TensorSource(x))
    _ = try model.training(
      options: TrainingOptions(epochs: 1), train: model.labelled(x, y).replacing(source), validation: nil, test: nil)
    try await Task.sleep(for: .milliseconds(20))
    #expect(source.loads.allSatisfy { $0 == 0 })
  }
}
