public import GraftImages
public import GraftLayers

/// A base with a new top that was trained on the base's features.
public struct TrainedHead {
  /// The whole network: the base's layers, then the head's.
  public let model: Model
  /// The kind of head.
  public let kind: HeadKind
  /// The linear head's fit, unless the head is a dense one.
  public let fit: LinearHeadFit?
  /// The dense head's training, unless the head is a linear one.
  public let history: History?
  /// How the kinds of head compared, if they were.
  public let comparison: HeadComparison?
  /// Files that could not be read and were set aside.
  public let badFiles: [BadFile]
  /// Seconds spent on decoding pictures and on the base.
  public let extractionSeconds: Double
  /// Seconds spent on heads.
  public let trainingSeconds: Double
}
