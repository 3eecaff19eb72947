import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import Testing

@testable import GraftTraining

/// Checkpoints of another run are neither used nor touched.
@Suite(.timeLimit(.minutes(60))) struct OtherRunTests {
  private func begin(
    _ place: CheckpointPlace, resume: Bool = true, count: Int = 60, optimizer: Optimizer = .adam(),
    loss: LossFunction = .categoricalCrossentropy, metrics: [Metric] = [.accuracy], batchSize: Int = 16,
    shuffle: Bool = true, seed: UInt64 = 1, sampleWeight: Tensor? = nil, callbacks: [any TrainingCallback] = [],
    validation: String = "others", crash: Int = 0, change: (Model) throws -> Void = { _ in }
  ) async throws {
    let model = try Heads.normalized()
    try change(model)
    try model.compile(optimizer: optimizer, loss: loss, metrics: metrics)
    let (x, y) = Heads.data(count)
    try await model.fit(
      x, y, epochs: 2, batchSize: batchSize, validation: Heads.data(10, name: validation), shuffle: shuffle, seed: seed,
      sampleWeight: sampleWeight, callbacks: [Crash(atStep: crash)] + callbacks, checkpoints: place(resume: resume),
      progress: .silent)
  }

  @Test func whatDiffersIsNamed() async throws {
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await begin(place, resume: false, crash: 3) }
    let files = try place.files
    func refused(_ differences: String, _ body: () async throws -> Void) async throws {
      await #expect(
        throws: GraftError(
          .invalidArgument,
          """
          The checkpoints in '\(place.path)' are of another run. Different: \(differences). Resume with what that run was \
          started with, or remove the folder to start anew.
          """), "\(differences)"
      ) { try await body() }
      #expect(try place.files == files)
    }
    try await refused("training data") { try await begin(place, count: 61) }
    try await refused("validation data") { try await begin(place, validation: "more") }
    try await refused("optimizer") { try await begin(place, optimizer: .adam(learningRate: 0.002)) }
    try await refused("loss, network") {
      var loss = LossFunction.categoricalCrossentropy
      loss.labelSmoothing = 0.1
      try await begin(place, loss: loss)
    }
    try await refused("metrics") { try await begin(place, metrics: []) }
    try await refused("batch size") { try await begin(place, batchSize: 17) }
    try await refused("shuffling") { try await begin(place, shuffle: false) }
    try await refused("seed") { try await begin(place, seed: 2) }
    try await refused("training data") {
      try await begin(place, sampleWeight: Tensor((0..<60).map { $0 == 7 ? 2 : 1 }))
    }
    try await refused("callbacks") { try await begin(place, callbacks: [EarlyStopping()]) }
    try await refused("first weights") {
      try await begin(place) { try $0.namedVariables().first?.variable.assign(Tensor(zeros: [8, 16])) }
    }
    try await refused("first weights, frozen weights, network") {
      try await begin(place) { try $0.layer(named: "classes").isTrainable = false }
    }
    try await begin(place)
    #expect(!place.exists)
  }

  @Test func aFolderWithCheckpointsIsNotBegunAnew() async throws {
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await begin(place, resume: false, crash: 3) }
    try place.write([1, 2, 3], to: ".checkpoint-00000009-00000000.safetensors.12-abc.tmp")
    let files = try place.files
    await #expect(
      throws: GraftError(
        .invalidArgument,
        """
        '\(place.path)' holds the checkpoints of an earlier run. Resume it (--resume, or resume: true), or remove the \
        folder to start anew.
        """)
    ) { try await begin(place, resume: false) }
    #expect(try place.files == files)
    // What a killed run left is cleared away when the run goes on.
    try place.write([1], to: "notes.txt")
    try await begin(place)
    #expect(try place.files == ["notes.txt": Data([1])])
  }

  @Test func oneRunAtATimeHasAFolder() async throws {
    let place = CheckpointPlace()
    let model = try Heads.small()
    try model.compile()
    let (x, y) = Heads.data(16)
    for try await event in try model.training(on: x, y, epochs: 1_000_000, checkpoints: place()) {
      guard case .batch = event else { continue }
      await #expect(
        throws: GraftError(
          .invalidArgument,
          "Another run keeps its checkpoints in '\(place.path)' and has not ended. Give each run a folder of its own.")
      ) { try await begin(place) }
      break
    }
  }

  @Test func otherPicturesAreSeenWhereverTheyAre() async throws {
    let run = ResumeCase.live
    let expected = try await run.run()
    let place = CheckpointPlace()
    await #expect(throws: Crash.Happened.self) { try await run.run(crash: Crash(atStep: 5), place()) }
    func resume(_ folder: PictureFolder) async throws -> [String: Tensor] {
      let model = try run.makeModel()
      let live = try run.begin(model, run.epochs, [Crash()], place(resume: true))
      let options = live.job.options
      let (images, others) = (try folder.images(), try PictureFolder(perClass: 2))
      let events = try model.training(
        on: images, epochs: options.epochs, batchSize: options.batchSize,
        validation: others.images(), seed: options.seed, augmentation: options.augmentation,
        callbacks: [Crash(), Holder(folder, others)], checkpoints: options.checkpoints)
      for try await _ in events {}
      return try model.weights()
    }
    let changed = try PictureFolder(perClass: 4)
    try changed.write(PictureFolder.picture(label: 0, number: 77), to: "amber/10.bmp")
    let error = await #expect(throws: GraftError.self) { try await resume(changed) }
    #expect(error?.message.contains("Different: training data.") == true)
    // The same pictures in another folder are the same.
    #expect(try await resume(PictureFolder(perClass: 4)) == expected.weights)
  }
}
