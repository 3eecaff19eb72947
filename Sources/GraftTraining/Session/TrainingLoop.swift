internal import GraftCore
internal import GraftImages
internal import GraftRuntime

/// The epochs of a run, in one thread: steps, validation, callbacks, checkpoints.
struct TrainingLoop {
  let job: TrainingJob
  let train: PreparedSet
  let validation: PreparedSet?
  let test: PreparedSet?
  let trainer: Trainer
  let emit: @Sendable (TrainingJob.Update) -> Void
  let batchSize: Int

  var history: History
  var callbacks: [any TrainingCallback]
  var keptWeights: [Int: [String: Tensor]] = [:]
  var epoch = 1
  var batch = 0
  var log = EpochLog()
  var runTime = Stopwatch()
  var epochTime = Stopwatch()
  /// Where the run's state is kept, if it is.
  let checkpoints: CheckpointFolder?
  /// What makes this run this run: known only where there are checkpoints.
  var fingerprint = RunFingerprint(parts: [:])
  private var metrics: MetricAccumulator
  /// Whether the weights changed since the validation that the history has.
  private var isValidationStale = true
  /// The last epoch whose weights the model got from this run.
  private var lastTold: Int?

  init(
    _ job: TrainingJob, train: PreparedSet, validation: PreparedSet?, test: PreparedSet?, history: History,
    checkpoints: CheckpointFolder? = nil, emit: @escaping @Sendable (TrainingJob.Update) -> Void
  ) throws {
    self.job = job
    self.train = train
    self.validation = validation
    self.test = test
    self.history = history
    self.emit = emit
    callbacks = job.options.callbacks
    batchSize = min(job.options.batchSize, train.count)
    trainer = Trainer(job.region, configuration: job.configuration, classes: job.classes, set: train)
    metrics = MetricAccumulator(job.configuration.metrics, loss: job.configuration.loss)
    self.checkpoints = checkpoints
    if let checkpoints { try resume(checkpoints) }
  }

  var batchCount: Int { (train.count + batchSize - 1) / batchSize }

  mutating func run(_ shouldStop: () -> Bool) throws {
    let description = TrainingRunDescription(
      epochCount: job.options.epochs, batchCount: batchCount, batchSize: batchSize, trainCount: train.count,
      validationCount: validation?.count ?? 0, completedEpochs: history.epochs.count,
      completedBatches: batch)
    for index in callbacks.indices { try callbacks[index].trainingWillBegin(description) }
    checkpoints?.begin()
    while epoch <= job.options.epochs, history.stopReason == nil { try runEpoch(shouldStop) }
    try finish()
  }

  // MARK: An epoch

  private mutating func runEpoch(_ shouldStop: () -> Bool) throws {
    if batch == 0 { epochTime = Stopwatch() }
    let order = order
    let views = SampleViews(set: train, seed: job.options.seed, epoch: epoch)
    while batch < batchCount, history.stopReason == nil {
      if shouldStop() {
        try keepState()
        throw CancellationError()
      }
      let rows = order[(batch * batchSize)..<min((batch + 1) * batchSize, train.count)]
      guard try trainer.step(rows, views: views.view) else {
        throw notFinite("step \(batch + 1) of \(batchCount)")
      }
      isValidationStale = true
      collect(rows, views)
      batch += 1
      let progress = progress
      checkpoints?.didStep()
      emit(.event(.batch(progress)))
      try callBack { try $0.batchDidEnd(progress, &$1) }
      // What is kept never lies between a callback's decision to end the run and the epoch's end.
      if batch < batchCount, history.stopReason == nil, checkpoints?.isDue == true { try keepState() }
    }
    // A callback may have ended the run within the epoch: what there is of it counts, as in Keras.
    try endEpoch()
  }

  /// The order in which this epoch sees the samples.
  var order: [Int] {
    guard job.options.shuffles else { return Array(0..<train.count) }
    return RandomNumbers(seed: job.options.seed, stream: UInt64(epoch)).permutation(of: train.count)
  }

  private mutating func collect(_ rows: ArraySlice<Int>, _ views: SampleViews) {
    let results = trainer.results
    let isLogged = checkpoints != nil
    for (place, row) in rows.enumerated() {
      add(row, views, prediction: results.prediction(place), loss: results.loss(place))
      if isLogged { log.add(prediction: results.prediction(place), loss: results.loss(place)) }
    }
  }

  mutating func add(_ row: Int, _ views: SampleViews, prediction: UnsafeBufferPointer<Float>, loss: Float) {
    let length = train.targetLength
    let start = (row * train.views + views.view(row)) * length
    train.targets.withUnsafeBufferPointer { targets in
      metrics.add(
        loss: loss, weight: train.weights[row], prediction: prediction,
        target: UnsafeBufferPointer(rebasing: targets[start..<(start + length)]))
    }
  }

  private mutating func endEpoch() throws {
    var values = metrics.means
    if validation != nil {
      let evaluation = try validate()
      for (name, value) in evaluation.values { values["val_" + name] = value }
    }
    // Finite weights can be too large to compute with: then only the validation shows it. Other metrics may be undefined.
    guard [values["loss"], values["val_loss"]].compactMap({ $0 }).allSatisfy(\.isFinite) else {
      throw notFinite("validation after step \(batchCount) of \(batchCount)")
    }
    let record = EpochRecord(epoch: epoch, values: values, seconds: epochTime.seconds)
    history.epochs.append(record)
    metrics = MetricAccumulator(job.configuration.metrics, loss: job.configuration.loss)
    log.clear()
    epoch += 1
    batch = 0
    try callBack { try $0.epochDidEnd(record, &$1) }
    tellWeights()
    lastTold = record.epoch
    emit(.event(.epoch(record)))
    if checkpoints?.isDue == true { try keepState() }
  }

  @discardableResult
  private mutating func validate() throws -> Evaluation {
    guard let validation else { return Evaluation(values: [:], confusion: ConfusionMatrix(classes: job.classes)) }
    let evaluation = try trainer.evaluate(validation, batchSize: batchSize)
    history.validation = evaluation
    isValidationStale = false
    return evaluation
  }

  private var progress: BatchProgress {
    let pace = Double(metrics.count) / max(epochTime.seconds, 1e-9)
    let left = Double(train.count - metrics.count) + Double(job.options.epochs - epoch) * Double(train.count)
    return BatchProgress(
      epoch: epoch, epochCount: job.options.epochs, batch: batch, batchCount: batchCount, values: metrics.running,
      samplesPerSecond: pace, secondsLeft: left / pace)
  }

  // MARK: Callbacks

  /// Calls all callbacks, each with what it may do to the run, and does it.
  private mutating func callBack(_ call: (inout any TrainingCallback, inout TrainingControl) throws -> Void) throws {
    let state = trainer.optimizerState
    for index in callbacks.indices {
      let scale = state.learningRateScale
      var control = TrainingControl(
        learningRateScale: scale,
        scheduledLearningRate: job.configuration.optimizer.learningRate.value(at: state.iterations),
        iterations: state.iterations, stopReason: history.stopReason)
      try call(&callbacks[index], &control)
      state.learningRateScale = control.learningRateScale
      history.stopReason = control.stopReason
      switch control.takeWeightRequest() {
      case .keep: keptWeights[index] = trainer.store.snapshot()
      case .restore:
        if let kept = keptWeights[index] {
          try trainer.store.restore(kept)
          isValidationStale = true
        }
      case nil: break
      }
    }
  }

  // MARK: The end

  private mutating func finish() throws {
    let hasRun = job.options.epochs > 0
    // Before averages take the weights' place: from this state, a run may also go on for more epochs.
    // Whoever has the result removes the checkpoints: until then, it is here.
    try keepState()
    // As in Keras, averages of weights take their place after the last epoch, which was judged without them.
    if hasRun, trainer.finalize() { isValidationStale = true }
    if validation != nil, hasRun, isValidationStale { try validate() }
    if let test { history.test = try trainer.evaluate(test, batchSize: batchSize) }
    history.trainingSeconds = runTime.seconds
    for index in callbacks.indices { try callbacks[index].trainingDidEnd(history) }
    if hasRun { tellWeights(isEnd: true) }
    emit(.event(.finished(history)))
  }

  /// Lets the model take over the present weights.
  private func tellWeights(isEnd: Bool = false) {
    let canBeResumed = !isEnd || job.options.checkpoints?.keepsLast == true
    let origin = !canBeResumed ? nil : fingerprint.parts[RunFingerprint.firstWeights]
    emit(.weights(trainer.store.snapshot(), trainer.optimizerState.snapshot(), origin: origin))
  }

  private func notFinite(_ place: String) -> GraftError {
    GraftError(
      .nonFinite,
      """
      Loss or weights are no longer finite numbers: epoch \(epoch), \(place). The model keeps the weights from \
      \(lastTold.map { "the end of epoch \($0)" } ?? "before the run"). A smaller learning rate (now \
      \(trainer.optimizerState.learningRate)) usually helps.
      """)
  }
}
