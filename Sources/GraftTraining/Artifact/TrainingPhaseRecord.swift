/// What a phase of a training run was, as a model keeps it.
public struct TrainingPhaseRecord: Sendable, Hashable, Codable {
  /// What was done, in words.
  public var name: String
  /// Its epochs in the history, which go on counting from phase to phase.
  public var epochs: Int
  /// The weights that were trained.
  public var trainableParameters: Int
  /// Why it ended before its last epoch; nil if it did not.
  public var stopReason: String?

  /// Describes a phase.
  public init(name: String, epochs: Int, trainableParameters: Int, stopReason: String? = nil) {
    self.name = name
    self.epochs = epochs
    self.trainableParameters = trainableParameters
    self.stopReason = stopReason
  }
}
