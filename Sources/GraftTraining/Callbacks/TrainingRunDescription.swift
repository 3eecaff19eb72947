/// What a callback is told before the first step.
public struct TrainingRunDescription: Sendable {
  /// Epochs in all.
  public let epochCount: Int
  /// Steps per epoch.
  public let batchCount: Int
  /// Samples per step; the last step of an epoch may have fewer.
  public let batchSize: Int
  /// Samples that are trained on.
  public let trainCount: Int
  /// Samples that are validated on.
  public let validationCount: Int
  /// Epochs that were complete before, in a resumed run.
  public let completedEpochs: Int
  /// Steps of the next epoch that were made before, in a resumed run.
  public let completedBatches: Int

  /// Whether the run goes on from where an earlier one stopped.
  public var isResumed: Bool { completedEpochs > 0 || completedBatches > 0 }

  /// Describes a run.
  public init(
    epochCount: Int, batchCount: Int, batchSize: Int, trainCount: Int, validationCount: Int, completedEpochs: Int = 0,
    completedBatches: Int = 0
  ) {
    self.epochCount = epochCount
    self.batchCount = batchCount
    self.batchSize = batchSize
    self.trainCount = trainCount
    self.validationCount = validationCount
    self.completedEpochs = completedEpochs
    self.completedBatches = completedBatches
  }
}
