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
  /// Epochs that were complete before: more than 0 in a resumed run.
  public let completedEpochs: Int

  /// Describes a run.
  public init(
    epochCount: Int, batchCount: Int, batchSize: Int, trainCount: Int, validationCount: Int, completedEpochs: Int = 0
  ) {
    self.epochCount = epochCount
    self.batchCount = batchCount
    self.batchSize = batchSize
    self.trainCount = trainCount
    self.validationCount = validationCount
    self.completedEpochs = completedEpochs
  }
}
