internal import Foundation
internal import GraftCore
internal import GraftGraph
internal import GraftImages
internal import GraftRuntime

/// Everything that a training run needs, detached from the model that it was made from.
struct TrainingJob: Sendable {
  /// What happens in a run, with the weights that the model is to take over.
  enum Update: Sendable {
    case event(TrainingEvent)
    case weights([String: Tensor], OptimizerSnapshot)
  }

  let frozen: Graph
  let region: TrainableRegion
  let configuration: Compilation
  let options: TrainingOptions
  let train: LabelledSamples
  let validation: LabelledSamples?
  let test: LabelledSamples?
  let classes: Int

  /// Runs to the end, off Swift's cooperative pool. Everything that happens is told to `emit`.
  func run(emit: @escaping @Sendable (Update) -> Void) async throws {
    var history = History()
    let began = ContinuousClock.now
    let sets = try await prepare(&history, emit)
    history.extractionSeconds = began.secondsSince
    let prepared = history
    try await Workers.run(1) { _, shouldStop in
      try train(sets, prepared, shouldStop, emit)
    }
  }

  // MARK: Features

  /// One pass over all pictures: each is read, decoded and sent through the frozen region once.
  private func prepare(
    _ history: inout History, _ emit: @escaping @Sendable (Update) -> Void
  ) async throws -> [PreparedSet] {
    let parts = [train] + [validation, test].compactMap { $0 }
    let began = ContinuousClock.now
    let table = try await FeatureTable.extract(frozen, from: JoinedSource(parts: parts.map(\.source))) { progress in
      emit(
        .event(
          .extracting(
            ExtractionProgress(done: progress.done, total: progress.total, seconds: began.secondsSince))))
    }
    history.badFiles = table.badSamples.map(\.file)
    try BadFileCheck.check(table.badSamples.map(\.file), maximum: options.maximumBadFiles)

    var sets: [PreparedSet] = []
    var start = 0
    for part in parts {
      let range = start..<(start + part.source.count)
      let rows = table.samples.indices.filter { range.contains(table.samples[$0]) }
      let local = rows.map { table.samples[$0] - start }
      try checkClasses(part, local)
      sets.append(
        PreparedSet(
          features: table.columns.map { $0.rows(at: rows) }, targets: part.targets.tensor.rows(at: local),
          weights: part.weights.map { weights in local.map { weights[$0] } },
          badFiles: table.badSamples.filter { range.contains($0.index) }.map(\.file)))
      start = range.upperBound
    }
    history.trainCount = sets[0].count
    history.validationCount = validation == nil ? 0 : sets[1].count
    return sets
  }

  private func checkClasses(_ part: LabelledSamples, _ good: [Int]) throws {
    guard let names = part.classNames, let indices = part.classIndices else { return }
    let wanted = Set(indices)
    let found = Set(good.map { indices[$0] })
    if let lost = wanted.subtracting(found).min() {
      throw GraftError(.invalidData, "Not one picture of the class '\(names[lost])' can be read.")
    }
  }

  // MARK: Training

  private func train(
    _ sets: [PreparedSet], _ prepared: History, _ shouldStop: () -> Bool, _ emit: @Sendable (Update) -> Void
  ) throws {
    var history = prepared
    let began = ContinuousClock.now
    let trainer = Trainer(region, configuration: configuration, classes: classes)
    let set = sets[0]
    let batchSize = min(options.batchSize, set.count)
    let batchCount = (set.count + batchSize - 1) / batchSize

    for epoch in stride(from: 1, through: options.epochs, by: 1) {
      let epochBegan = ContinuousClock.now
      var metrics = MetricAccumulator(configuration.metrics)
      let order =
        options.shuffles
        ? RandomNumbers(seed: options.seed, stream: UInt64(epoch)).permutation(of: set.count) : Array(0..<set.count)
      for batch in 0..<batchCount {
        if shouldStop() { throw CancellationError() }
        let rows = order[(batch * batchSize)..<min((batch + 1) * batchSize, set.count)]
        guard try trainer.step(set, rows: rows, into: &metrics) else {
          throw notFinite(trainer, epoch, "step \(batch + 1) of \(batchCount)")
        }
        let pace = Double(metrics.count) / max(epochBegan.secondsSince, 1e-9)
        let left =
          (Double(set.count - metrics.count) + Double(options.epochs - epoch) * Double(set.count)) / pace
        emit(
          .event(
            .batch(
              BatchProgress(
                epoch: epoch, epochCount: options.epochs, batch: batch + 1, batchCount: batchCount,
                values: metrics.means, samplesPerSecond: pace, secondsLeft: left))))
      }
      var values = metrics.means
      if validation != nil {
        let evaluation = try evaluate(trainer, sets[1], batchSize)
        for (name, value) in evaluation.values { values["val_" + name] = value }
        history.validation = evaluation
      }
      // Finite weights can be too large to compute with: then only the validation shows it.
      guard values.values.allSatisfy(\.isFinite) else {
        throw notFinite(trainer, epoch, "validation after step \(batchCount) of \(batchCount)")
      }
      let record = EpochRecord(epoch: epoch, values: values, seconds: epochBegan.secondsSince)
      history.epochs.append(record)
      emit(.weights(trainer.store.snapshot(), trainer.optimizerState.snapshot()))
      emit(.event(.epoch(record)))
    }
    // As in Keras, averages of weights take their place after the last epoch, which was judged without them.
    if options.epochs > 0, trainer.finalize() {
      if validation != nil { history.validation = try evaluate(trainer, sets[1], batchSize) }
      emit(.weights(trainer.store.snapshot(), trainer.optimizerState.snapshot()))
    }
    if test != nil, let last = sets.last { history.test = try evaluate(trainer, last, batchSize) }
    history.trainingSeconds = began.secondsSince
    emit(.event(.finished(history)))
  }

  private func notFinite(_ trainer: Trainer, _ epoch: Int, _ place: String) -> GraftError {
    GraftError(
      .nonFinite,
      """
      Loss or weights are no longer finite numbers: epoch \(epoch), \(place). The model keeps the weights from \
      \(epoch == 1 ? "before the run" : "the end of epoch \(epoch - 1)"). A smaller learning rate (now \
      \(trainer.optimizerState.learningRate)) usually helps.
      """)
  }

  private func evaluate(_ trainer: Trainer, _ set: PreparedSet, _ batchSize: Int) throws -> Evaluation {
    var confusion = ConfusionMatrix(classes: classes)
    let values = try trainer.evaluate(set, batchSize: batchSize) { confusion.add(actual: $0, predicted: $1) }
    return Evaluation(values: values, confusion: confusion, badFiles: set.badFiles)
  }
}

extension ContinuousClock.Instant {
  /// The seconds that have passed since this moment.
  package var secondsSince: Double {
    let passed = ContinuousClock.now - self
    return Double(passed.components.seconds) + Double(passed.components.attoseconds) * 1e-18
  }
}
