internal import GraftCore
internal import GraftRuntime

extension TrainingLoop {
  /// Keeps the present state, if it is not kept yet.
  func keepState() throws {
    guard let checkpoints, checkpoints.hasNews else { return }
    try checkpoints.write(snapshot())
  }

  private func snapshot() throws -> TrainingSnapshot {
    let states = callbacks.map(\.state)
    for (callback, state) in zip(callbacks, states) {
      do {
        _ = try state.serialized()
      } catch {
        throw GraftError(
          .invalidArgument, "The state of \(type(of: callback)) cannot be kept in a checkpoint. \(error)")
      }
    }
    return TrainingSnapshot(
      fingerprint: fingerprint, epoch: epoch, batch: batch, views: train.views, seconds: runTime.seconds,
      epochSeconds: batch == 0 ? 0 : epochTime.seconds, weights: trainer.store.snapshot(),
      optimizer: trainer.optimizerState.snapshot(), records: history.epochs,
      predictions: Tensor(shape: [log.losses.count, job.classes], log.predictions), losses: Tensor(log.losses),
      callbacks: states, keptWeights: keptWeights, stopReason: history.stopReason)
  }

  /// Learns what makes this run this run, and goes on from where it stopped, if it did.
  mutating func resume(_ checkpoints: CheckpointFolder) throws {
    fingerprint = try RunFingerprint(job, train: train, validation: validation)
    guard let resumed = checkpoints.resumed else { return }
    // A model that was trained for a while by this very run has other weights now.
    let firstWeights = resumed.fingerprint.parts[RunFingerprint.firstWeights]
    if let origin = job.configuration.origin, origin == firstWeights {
      fingerprint.parts[RunFingerprint.firstWeights] = origin
    }
    try checkpoints.check(fingerprint)
    try restore(resumed)
  }

  private mutating func restore(_ snapshot: TrainingSnapshot) throws {
    let logged = min(snapshot.batch * batchSize, train.count)
    guard snapshot.batch < batchCount, snapshot.losses.count == logged, snapshot.callbacks.count == callbacks.count,
      snapshot.predictions.shape == [logged, job.classes]
    else { throw GraftError(.corrupt, "The checkpoint's parts do not fit each other. Start the run anew.") }
    guard snapshot.epoch <= job.options.epochs || (snapshot.epoch == job.options.epochs + 1 && snapshot.batch == 0)
    else {
      throw GraftError(
        .invalidArgument,
        """
        The run to be resumed has \(snapshot.records.count) complete epochs and \(snapshot.batch) steps of the next. It \
        cannot end after \(job.options.epochs).
        """)
    }
    try trainer.store.restore(snapshot.weights)
    try trainer.optimizerState.restore(snapshot.optimizer)
    history.epochs = snapshot.records
    history.stopReason = snapshot.stopReason
    epoch = snapshot.epoch
    batch = snapshot.batch
    runTime = Stopwatch(earlier: snapshot.seconds)
    epochTime = Stopwatch(earlier: snapshot.epochSeconds)
    keptWeights = snapshot.keptWeights
    for (index, state) in snapshot.callbacks.enumerated() { try callbacks[index].restore(state) }
    // Metrics of the interrupted epoch, from what was seen of it.
    log = EpochLog(snapshot)
    let order = order
    let views = SampleViews(set: train, seed: job.options.seed, epoch: epoch)
    snapshot.predictions.withUnsafeBufferPointer { predictions in
      let width = job.classes
      for (place, loss) in log.losses.enumerated() {
        let row = predictions[(place * width)..<((place + 1) * width)]
        add(order[place], views, prediction: UnsafeBufferPointer(rebasing: row), loss: loss)
      }
    }
  }
}
