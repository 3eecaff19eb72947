import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import Testing

@testable import GraftTraining

@Suite struct PhaseCheckpointTests {
  @Test func phasesKeepTheirsUntilAllHaveEnded() async throws {
    let photos = try PictureFolder(perClass: 3)
    let images = try photos.images()
    let folder = NSTemporaryDirectory() + "graft-phases-\(UUID())"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    var checkpoints = TrainingCheckpoints(folder)
    #expect(!checkpoints.hasPhases)
    try checkpoints.checkPhases()

    func model() throws -> PictureModel {
      let model = try PictureModel()
      try model.model.compile(loss: .categoricalCrossentropy)
      return model
    }
    let first = try model()
    try await first.model.fit(
      images, epochs: 2, batchSize: 4, checkpoints: checkpoints.phase(1), progress: .silent)
    #expect(checkpoints.hasPhases)
    #expect(throws: GraftError.self) { try checkpoints.checkPhases() }
    // An ended phase gives its result at once.
    checkpoints.resume = true
    try checkpoints.checkPhases()
    let again = try model()
    let history = try await again.model.fit(
      images, epochs: 2, batchSize: 4, checkpoints: checkpoints.phase(1), progress: .silent)
    #expect(history.epochs.count == 2)
    for (own, expected) in zip(try again.model.namedVariables(), try first.model.namedVariables()) {
      #expect(own.variable.value == expected.variable.value, "\(own.name)")
    }
    try FileManager.default.createDirectory(atPath: folder + "/phase-2", withIntermediateDirectories: true)
    checkpoints.removeEmptyPhases()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["phase-1"])
    // What is not Graft's stays.
    try Data("x".utf8).write(to: URL(filePath: folder + "/note.txt"))
    checkpoints.removePhases()
    #expect(!checkpoints.hasPhases)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["note.txt"])
  }

  @Test func fineTuningThatWasInterruptedInItsSecondPhaseGoesOnThere() async throws {
    let photos = try PictureFolder(perClass: 3)
    let images = try photos.images()
    let place = CheckpointPlace()
    var batches: [Int] = []
    func fineTune(_ crash: Crash, _ checkpoints: TrainingCheckpoints?) async throws -> [String: Tensor] {
      let input = Input(shape: [8, 8, 3], preprocessing: .scaledToMinusOneToOne)
      let first = ReLU(name: "relu")(Conv2D(4, kernelSize: 3, name: "first")(input))
      let features = GlobalAveragePooling2D(name: "pool")(Conv2D(4, kernelSize: 3, name: "second")(first))
      let base = Model(inputs: input, outputs: features)
      base.freeze()
      let model = Model(inputs: input, outputs: Dense(3, activation: .softmax, name: "classes")(features))
      try model.compile(loss: .categoricalCrossentropy)
      let plan = FineTuningPlan([
        FineTuningPhase(from: "second", epochs: 1), FineTuningPhase(from: "first", epochs: 2),
      ])
      let histories = try await model.fineTune(
        images, base: base, plan: plan, batchSize: 4, callbacks: [crash], checkpoints: checkpoints,
        progress: .silent)
      batches = histories.map(\.epochs.count)
      return try model.weights()
    }
    let expected = try await fineTune(Crash(), nil)
    // The first phase has three steps.
    await #expect(throws: Crash.Happened.self) { try await fineTune(Crash(atStep: 5), place()) }
    #expect(place().hasPhases)
    #expect(try await fineTune(Crash(), place(resume: true, keepsLast: true)) == expected)
    #expect(batches == [1, 2])
    #expect(place().hasPhases)
    place().remove()
    #expect(!place.exists)
  }

  @Test func fineTuningRemovesItsCheckpoints() async throws {
    let photos = try PictureFolder(perClass: 3)
    let images = try photos.images()
    let folder = NSTemporaryDirectory() + "graft-phases-\(UUID())"
    let model = try PictureModel()
    try model.model.compile(loss: .categoricalCrossentropy)
    let plan = FineTuningPlan([FineTuningPhase(from: "conv", epochs: 1)])
    try await model.model.fineTune(
      images, base: model.base, plan: plan, batchSize: 4, checkpoints: TrainingCheckpoints(folder, steps: 1),
      progress: .silent)
    #expect(!FileManager.default.fileExists(atPath: folder))
  }
}
