public import GraftCore

/// Something that watches a training run and may steer it: keras.callbacks.Callback.
///
/// A run calls its callbacks in their order, in its own thread, between two steps: what they decide does not depend on who
/// reads the events, or how fast. `state` is kept in checkpoints, so that a resumed run decides as one that never stopped.
///
/// ```swift
/// struct StopWhenGood: TrainingCallback {
///   mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) {
///     if record.values["val_accuracy", default: 0] > 0.95 { control.stop("95 % of the validation pictures are right") }
///   }
/// }
/// ```
public protocol TrainingCallback: Sendable {
  /// Called once, before the first step; after `restore` where a run is resumed.
  mutating func trainingWillBegin(_ run: TrainingRunDescription) throws
  /// Called after every step.
  mutating func batchDidEnd(_ progress: BatchProgress, _ control: inout TrainingControl) throws
  /// Called after every epoch and its validation.
  mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) throws
  /// Called once, after the last epoch.
  mutating func trainingDidEnd(_ history: History) throws

  /// What a resumed run needs to go on as if nothing had happened.
  var state: JSONValue { get }
  /// Takes what `state` gave.
  mutating func restore(_ state: JSONValue) throws
}

extension TrainingCallback {
  /// Does nothing.
  public mutating func trainingWillBegin(_ run: TrainingRunDescription) throws {}
  /// Does nothing.
  public mutating func batchDidEnd(_ progress: BatchProgress, _ control: inout TrainingControl) throws {}
  /// Does nothing.
  public mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) throws {}
  /// Does nothing.
  public mutating func trainingDidEnd(_ history: History) throws {}
  /// Nothing to remember.
  public var state: JSONValue { .null }
  /// Nothing to take.
  public mutating func restore(_ state: JSONValue) throws {}
}
