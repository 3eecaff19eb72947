internal import GraftCore
internal import GraftGraph
internal import GraftImages

/// Everything that a training run needs, detached from the model that it was made from.
struct TrainingJob: Sendable {
  /// What happens in a run, with the weights that the model is to take over.
  enum Update: Sendable {
    case event(TrainingEvent)
    /// - Parameter origin: A digest of the weights that the run began with, where it can be resumed.
    case weights([String: Tensor], OptimizerSnapshot, origin: String?)
  }

  let frozen: Graph
  let region: TrainableRegion
  let configuration: Compilation
  let options: TrainingOptions
  let train: LabelledSamples
  let validation: LabelledSamples?
  let test: LabelledSamples?
  let classes: Int
  /// What of the frozen region is computed with whole numbers.
  let quantization: Quantization?

  /// Runs to the end, off Swift's cooperative pool. Everything that happens is told to `emit`.
  func run(emit: @escaping @Sendable (Update) -> Void) async throws {
    var history = History()
    let began = ContinuousClock.now
    var options = options
    var checkpoints: CheckpointFolder?
    if let wanted = options.checkpoints { checkpoints = try await CheckpointFolder.open(wanted) }
    // With more epochs there would be more views: a resumed run keeps those that it has.
    if options.views == nil { options.views = checkpoints?.resumed?.views }
    let preparation = DataPreparation(
      frozen: frozen, options: options, parts: [train] + [validation, test].compactMap { $0 }
    ) {
      emit(
        .event(
          .extracting(
            ExtractionProgress(done: $0.done, total: $0.total, known: $0.known, seconds: began.secondsSince))))
    }
    let (sets, badFiles) = try await preparation.run()
    history.badFiles = badFiles
    history.extractionSeconds = began.secondsSince
    history.trainCount = sets[0].count
    history.validationCount = validation == nil ? 0 : sets[1].count
    let (prepared, folder) = (history, checkpoints)
    try await Workers.run(1) { _, shouldStop in
      var loop = try TrainingLoop(
        self, train: sets[0], validation: validation == nil ? nil : sets[1], test: test == nil ? nil : sets.last,
        history: prepared, checkpoints: folder, emit: emit)
      try loop.run(shouldStop)
    }
  }
}
