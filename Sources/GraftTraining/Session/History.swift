public import GraftImages

/// What a `fit` came to: keras.callbacks.History, and what else there is to know.
///
/// ```swift
/// let history = try await model.fit(train, epochs: 10, validation: validation)
/// history["val_accuracy"].last  // 0.93
/// ```
public struct History: Sendable {
  /// One record per epoch.
  public var epochs: [EpochRecord] = []
  /// Files that could not be read and were set aside.
  public var badFiles: [BadFile] = []
  /// Seconds spent on decoding pictures and on the frozen region.
  public var extractionSeconds = 0.0
  /// Seconds spent on training and validation, interruptions left out.
  public var trainingSeconds = 0.0
  /// Samples trained on, set-aside ones left out.
  public var trainCount = 0
  /// Samples validated on.
  public var validationCount = 0
  /// How the network did on the validation samples with the weights that the run left, if there were any.
  public var validation: Evaluation?
  /// Why the run ended before its last epoch; nil if it did not.
  public var stopReason: String?
  /// How the trained network did on the test pictures, if there were any.
  public var test: Evaluation?

  /// Makes an empty history.
  public init() {}

  /// A value of every epoch by name, as `loss`, `accuracy`, `val_loss`; empty for names that were not recorded.
  public subscript(name: String) -> [Double] { epochs.compactMap { $0.values[name] } }
}
