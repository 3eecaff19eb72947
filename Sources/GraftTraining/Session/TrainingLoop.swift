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
  var isFinal = false
  var log = EpochLog()
  private var metrics: MetricAccumulator
  private var checkpoints: CheckpointWriter?
  /// Whether the weights changed since the validation that the history has.
  private var isValidationStale = true
  /// What makes this run this run: known only where there are checkpoints.
  private var fingerprint = ""

  init(
    _ job: TrainingJob, train: PreparedSet, validation: PreparedSet?, test: PreparedSet?, history: History,
    emit: @escaping @Sendable (TrainingJob.Update) -> Void
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
    if let options = job.options.checkpoints {
      fingerprint = try RunFingerprint.make(job, train: train, validation: validation)
      let writer = try CheckpointWriter(options, fingerprint: fingerprint)
      if let snapshot = try writer.snapshotToResume() { try restore(snapshot) }
      checkpoints = writer
    }
  }

  var batchCount: Int { (train.count + batchSize - 1) / batchSize }

  mutating func run(_ shouldStop: () -> Bool) throws {
    let began = ContinuousClock.now
    let description = TrainingRunDescription(
      epochCount: job.options.epochs, batchCount: batchCount, batchSize: batchSize, trainCount: train.count,
      validationCount: validation?.count ?? 0, completedEpochs: history.epochs.count)
    for index in callbacks.indices { try callbacks[index].trainingWillBegin(description) }
    while epoch <= job.options.epochs, history.stopReason == nil { try runEpoch(shouldStop) }
    try finish(began)
  }

  // MARK: An epoch

  private mutating func runEpoch(_ shouldStop: () -> Bool) throws {
    let began = ContinuousClock.now
    let options = job.options
    let order =
      options.shuffles
      ? RandomNumbers(seed: options.seed, stream: UInt64(epoch)).permutation(of: train.count) : Array(0..<train.count)
    let views = SampleViews(set: train, seed: options.seed, epoch: epoch)
    while batch < batchCount, history.stopReason == nil {
      if shouldStop() { throw CancellationError() }
      let rows = order[(batch * batchSize)..<min((batch + 1) * batchSize, train.count)]
      guard try trainer.step(rows, views: views.view) else {
        throw notFinite("step \(batch + 1) of \(batchCount)")
      }
      isValidationStale = true
      collect(rows, views)
      batch += 1
      let progress = progress(began)
      emit(.event(.batch(progress)))
      try callBack { try $0.batchDidEnd(progress, &$1) }
      if batch < batchCount { try checkpoint() }
    }
    // A callback may have ended the run within the epoch: what there is of it counts, as in Keras.
    try endEpoch(began)
  }

  private mutating func collect(_ rows: ArraySlice<Int>, _ views: SampleViews) {
    let results = trainer.results
    let isLogged = checkpoints != nil
    for (place, row) in rows.enumerated() {
      add(row, views, prediction: results.prediction(place), loss: results.loss(place))
      if isLogged { log.add(prediction: results.prediction(place), loss: results.loss(place)) }
    }
  }

  private mutating func add(_ row: Int, _ views: SampleViews, prediction: UnsafeBufferPointer<Float>, loss: Float) {
    let length = train.targetLength
    let start = (row * train.views + views.view(row)) * length
    train.targets.withUnsafeBufferPointer { targets in
      metrics.add(
        loss: loss, weight: train.weights[row], prediction: prediction,
        target: UnsafeBufferPointer(rebasing: targets[start..<(start + length)]))
    }
  }

  private mutating func endEpoch(_ began: ContinuousClock.Instant) throws {
    var values = metrics.means
    if validation != nil {
      let evaluation = try validate()
      for (name, value) in evaluation.values { values["val_" + name] = value }
    }
    // Finite weights can be too large to compute with: then only the validation shows it. Other metrics may be undefined.
    guard [values["loss"], values["val_loss"]].compactMap({ $0 }).allSatisfy(\.isFinite) else {
      throw notFinite("validation after step \(batchCount) of \(batchCount)")
    }
    let record = EpochRecord(epoch: epoch, values: values, seconds: began.secondsSince)
    history.epochs.append(record)
    metrics = MetricAccumulator(job.configuration.metrics, loss: job.configuration.loss)
    log.clear()
    epoch += 1
    batch = 0
    try callBack { try $0.epochDidEnd(record, &$1) }
    emit(.weights(trainer.store.snapshot(), trainer.optimizerState.snapshot()))
    emit(.event(.epoch(record)))
    try checkpoint(isEpochEnd: true)
  }

  @discardableResult
  private mutating func validate() throws -> Evaluation {
    guard let validation else { return Evaluation(values: [:], confusion: ConfusionMatrix(classes: job.classes)) }
    let evaluation = try trainer.evaluate(validation, batchSize: batchSize)
    history.validation = evaluation
    isValidationStale = false
    return evaluation
  }

  private func progress(_ began: ContinuousClock.Instant) -> BatchProgress {
    let pace = Double(metrics.count) / max(began.secondsSince, 1e-9)
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
      if let reason = control.stopReason { history.stopReason = history.stopReason ?? reason }
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

  private mutating func finish(_ began: ContinuousClock.Instant) throws {
    // As in Keras, averages of weights take their place after the last epoch, which was judged without them.
    if job.options.epochs > 0, !isFinal, trainer.finalize() { isValidationStale = true }
    isFinal = true
    if validation != nil, job.options.epochs > 0, isValidationStale { try validate() }
    if let test { history.test = try trainer.evaluate(test, batchSize: batchSize) }
    history.trainingSeconds = began.secondsSince
    for index in callbacks.indices { try callbacks[index].trainingDidEnd(history) }
    if job.options.epochs > 0 { emit(.weights(trainer.store.snapshot(), trainer.optimizerState.snapshot())) }
    if checkpoints != nil {
      let last = snapshot
      try checkpoints?.finish(last)
    }
    emit(.event(.finished(history)))
  }

  private func notFinite(_ place: String) -> GraftError {
    GraftError(
      .nonFinite,
      """
      Loss or weights are no longer finite numbers: epoch \(epoch), \(place). The model keeps the weights from \
      \(epoch == 1 ? "before the run" : "the end of epoch \(epoch - 1)"). A smaller learning rate (now \
      \(trainer.optimizerState.learningRate)) usually helps.
      """)
  }

  // MARK: Checkpoints

  private mutating func checkpoint(isEpochEnd: Bool = false) throws {
    guard checkpoints?.isDue(isEpochEnd: isEpochEnd) == true else { return }
    let present = snapshot
    try checkpoints?.write(present)
  }

  /// Goes on from where another run stopped.
  private mutating func restore(_ snapshot: TrainingSnapshot) throws {
    try trainer.store.restore(snapshot.weights)
    try trainer.optimizerState.restore(snapshot.optimizer)
    history.epochs = snapshot.records
    history.stopReason = snapshot.stopReason
    epoch = snapshot.epoch
    batch = snapshot.batch
    isFinal = snapshot.isFinal
    keptWeights = snapshot.keptWeights
    guard snapshot.callbacks.count == callbacks.count else {
      throw GraftError(
        .invalidArgument,
        "The checkpoint is of a run with \(snapshot.callbacks.count) callbacks. Received: \(callbacks.count).")
    }
    for (index, state) in snapshot.callbacks.enumerated() { try callbacks[index].restore(state) }
    // Metrics of the interrupted epoch, from what was seen of it.
    log = EpochLog(snapshot)
    let order =
      job.options.shuffles
      ? RandomNumbers(seed: job.options.seed, stream: UInt64(epoch)).permutation(of: train.count)
      : Array(0..<train.count)
    let views = SampleViews(set: train, seed: job.options.seed, epoch: epoch)
    let width = job.classes
    snapshot.predictions.withUnsafeBufferPointer { predictions in
      for (place, loss) in log.losses.enumerated() {
        add(
          order[place], views,
          prediction: UnsafeBufferPointer(rebasing: predictions[(place * width)..<((place + 1) * width)]), loss: loss)
      }
    }
  }

  private var snapshot: TrainingSnapshot {
    TrainingSnapshot(
      fingerprint: fingerprint, epoch: epoch, batch: batch, weights: trainer.store.snapshot(),
      optimizer: trainer.optimizerState.snapshot(), records: history.epochs,
      predictions: Tensor(shape: [log.losses.count, job.classes], log.predictions), losses: Tensor(log.losses),
      callbacks: callbacks.map(\.state), keptWeights: keptWeights, stopReason: history.stopReason, isFinal: isFinal)
  }
}
