/// Something that happened in a training run. More cases may be added in later versions: switch with a default.
public enum TrainingEvent: Sendable {
  /// Pictures went through decoding and the frozen region, once for the whole run.
  case extracting(ExtractionProgress)
  /// A batch was trained on.
  case batch(BatchProgress)
  /// An epoch ended. The model has its weights from now on.
  case epoch(EpochRecord)
  /// The run ended.
  case finished(History)
}

/// How far the extraction of features has come.
public struct ExtractionProgress: Sendable {
  /// Pictures done.
  public let done: Int
  /// Pictures in all.
  public let total: Int
  /// How many of those that are done were found in a feature store.
  public let known: Int
  /// Seconds since the extraction began.
  public let seconds: Double

  /// Pictures per second so far; those that a store knew do not count.
  public var imagesPerSecond: Double { seconds > 0 ? Double(done - known) / seconds : 0 }
  /// Seconds that the rest will take at this pace.
  public var secondsLeft: Double { imagesPerSecond > 0 ? Double(total - done) / imagesPerSecond : 0 }
}

/// How far an epoch has come.
public struct BatchProgress: Sendable {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// Epochs in all.
  public let epochCount: Int
  /// The batch, counted from 1.
  public let batch: Int
  /// Batches in an epoch.
  public let batchCount: Int
  /// `loss` and the metrics, averaged over the epoch so far.
  public let values: [String: Double]
  /// Samples per second in this epoch so far.
  public let samplesPerSecond: Double
  /// Seconds that the rest of the run will take at this pace.
  public let secondsLeft: Double
}
