public import GraftCore

/// Ends a run when a value no longer improves: keras.callbacks.EarlyStopping.
///
/// An epoch improves if its value is better than the best so far by more than `minimumDelta`. After `patience` epochs in
/// a row without improvement the run ends, never at the first epoch. With a baseline, only improvements that also beat
/// the baseline end the waiting.
///
/// ```swift
/// try await model.fit(train, epochs: 100, validation: validation, callbacks: [EarlyStopping(patience: 5, restoreBestWeights: true)])
/// ```
public struct EarlyStopping: TrainingCallback, Hashable {
  /// The value that is watched.
  public let monitor: String
  /// Epochs without improvement that end the run.
  public let patience: Int
  /// Whether the run ends with the weights of its best epoch, even if all epochs ran. Among several callbacks that end
  /// runs, this one must come last to see what the others decided.
  public let restoreBestWeights: Bool
  /// Epochs before the first that is looked at.
  public let startFromEpoch: Int
  /// What an improvement must beat to end the waiting.
  public let baseline: Double?

  private let rule: Monitor
  private(set) var wait = 0
  private(set) var best: Double?
  private var epochCount = Int.max

  /// Makes the callback, with Keras's defaults.
  ///
  /// - Parameters:
  ///   - monitor: A value of the history, such as `val_loss` or `val_accuracy`.
  ///   - minimumDelta: The smallest difference that counts.
  ///   - patience: Epochs without improvement before the run ends.
  ///   - mode: Which way the value gets better.
  ///   - baseline: What an improvement must beat to end the waiting.
  ///   - restoreBestWeights: Whether the model gets the best epoch's weights back.
  ///   - startFromEpoch: Epochs before the first that is looked at.
  public init(
    monitor: String = "val_loss", minimumDelta: Double = 0, patience: Int = 0, mode: MonitorMode = .auto,
    baseline: Double? = nil, restoreBestWeights: Bool = false, startFromEpoch: Int = 0
  ) {
    self.monitor = monitor
    self.patience = patience
    self.baseline = baseline
    self.restoreBestWeights = restoreBestWeights
    self.startFromEpoch = startFromEpoch
    rule = Monitor(name: monitor, mode: mode, minimumDelta: minimumDelta)
  }

  /// Forgets earlier runs.
  public mutating func trainingWillBegin(_ run: TrainingRunDescription) {
    epochCount = run.epochCount
    guard !run.isResumed else { return }
    (wait, best) = (0, nil)
  }

  /// Looks at an epoch.
  ///
  /// - Throws: `GraftError.invalidArgument` if there is no such value, or nothing says which way it gets better.
  public mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) throws {
    let value = try rule.value(in: record)
    // Keras counts epochs from 0.
    guard record.epoch > startFromEpoch else { return }
    wait += 1
    if try rule.isImprovement(value, over: best) {
      best = value
      let isLast = record.epoch >= epochCount || control.stopReason != nil
      // The last epoch's weights are there already.
      if restoreBestWeights, !isLast { control.keepWeights() }
      if try baseline.map({ try rule.isImprovement(value, over: $0) }) ?? true { wait = 0 }
      return
    }
    if wait >= patience, record.epoch > 1 {
      control.stop("\(monitor) has not improved for \(wait) \(wait == 1 ? "epoch" : "epochs")")
    }
    if restoreBestWeights, record.epoch >= epochCount || control.stopReason != nil { control.restoreKeptWeights() }
  }

  /// How long it has waited, and the best value.
  public var state: JSONValue { ["wait": .int(wait), "best": best.map { .exact($0) } ?? .null] }

  /// Goes on waiting where an earlier run stopped.
  public mutating func restore(_ state: JSONValue) throws {
    guard let wait = state["wait"]?.int, let best = state["best"], best.isNull || best.exactDouble != nil else {
      throw GraftError(.corrupt, "Early stopping's state needs 'wait' and 'best'. Received: \(state).")
    }
    (self.wait, self.best) = (wait, best.exactDouble)
  }
}
