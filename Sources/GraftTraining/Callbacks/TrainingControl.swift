/// What a callback may do to the run that calls it.
public struct TrainingControl: Sendable {
  /// What a callback wants done with the weights.
  enum WeightRequest: Sendable, Hashable {
    case keep, restore
  }

  /// The step size of the next step as the schedule has it, `learningRateScale` included.
  public var learningRate: Float { scheduledLearningRate * learningRateScale }
  /// What the schedule's step size is multiplied by; 1 at first. It holds until a callback changes it again.
  public var learningRateScale: Float

  /// Steps made so far, over all epochs and earlier runs of the optimizer.
  public let iterations: Int

  let scheduledLearningRate: Float
  private(set) var stopReason: String?
  private(set) var weightRequest: WeightRequest?

  /// - Parameter stopReason: Why the run is ending already, if an earlier callback ended it.
  init(learningRateScale: Float, scheduledLearningRate: Float, iterations: Int, stopReason: String? = nil) {
    self.stopReason = stopReason
    self.learningRateScale = learningRateScale
    self.scheduledLearningRate = scheduledLearningRate
    self.iterations = iterations
  }

  /// Ends the run after this callback round; the reason stands in the history.
  public mutating func stop(_ reason: String) { stopReason = stopReason ?? reason }

  /// Keeps a copy of the present weights, one per callback: a later one takes the place of an earlier one.
  public mutating func keepWeights() { weightRequest = .keep }

  /// Puts the weights back that this callback kept last; nothing happens if it kept none.
  public mutating func restoreKeptWeights() { weightRequest = .restore }

  /// Forgets the weight request of one callback before the next one is called.
  mutating func takeWeightRequest() -> WeightRequest? {
    defer { weightRequest = nil }
    return weightRequest
  }
}
