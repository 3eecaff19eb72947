import GraftCore

@testable import GraftTraining

/// Plays epochs to a callback as a run does, and remembers what it asked for.
struct CallbackRun<Callback: TrainingCallback> {
  var callback: Callback
  let epochCount: Int
  let initialLearningRate: Float
  private(set) var epoch = 0
  private(set) var learningRateScale: Float = 1
  private(set) var stopReason: String?
  /// The epoch whose weights the model has now, and the one whose weights are kept.
  private(set) var weightsOfEpoch = 0
  private(set) var keptEpoch: Int?

  var learningRate: Float { initialLearningRate * learningRateScale }

  init(
    _ callback: Callback, epochCount: Int, completed: Int = 0, completedBatches: Int = 0, learningRate: Float = 0.01
  ) throws {
    self.callback = callback
    self.epochCount = epochCount
    initialLearningRate = learningRate
    epoch = completed
    try self.callback.trainingWillBegin(
      TrainingRunDescription(
        epochCount: epochCount, batchCount: 4, batchSize: 8, trainCount: 30, validationCount: 10,
        completedEpochs: completed, completedBatches: completedBatches))
  }

  mutating func epoch(_ values: [String: Double]) throws {
    epoch += 1
    weightsOfEpoch = epoch
    var control = TrainingControl(
      learningRateScale: learningRateScale, scheduledLearningRate: initialLearningRate, iterations: epoch * 4)
    try callback.epochDidEnd(EpochRecord(epoch: epoch, values: values, seconds: 0.5), &control)
    learningRateScale = control.learningRateScale
    stopReason = control.stopReason
    switch control.takeWeightRequest() {
    case .keep: keptEpoch = epoch
    case .restore: weightsOfEpoch = keptEpoch ?? weightsOfEpoch
    case nil: break
    }
  }

  mutating func batch(_ batch: Int, _ values: [String: Double]) throws {
    var control = TrainingControl(
      learningRateScale: learningRateScale, scheduledLearningRate: initialLearningRate, iterations: 0)
    try callback.batchDidEnd(
      BatchProgress(
        epoch: epoch + 1, epochCount: epochCount, batch: batch, batchCount: 4, values: values, samplesPerSecond: 1,
        secondsLeft: 1), &control)
  }
}
