/// How a kind of head did on samples that it was not trained on.
public struct HeadScore: Sendable, Hashable {
  /// The kind of head.
  public let kind: HeadKind
  /// The accuracy in every fold.
  public let accuracies: [Double]
  /// The mean cross-entropy in every fold.
  public let logLosses: [Double]
  /// Seconds for all folds.
  public let seconds: Double

  /// The mean accuracy.
  public var accuracy: Double { Spread(accuracies).mean }
  /// The accuracy's standard deviation over the folds.
  public var accuracyDeviation: Double { Spread(accuracies).deviation }
  /// The mean cross-entropy.
  public var logLoss: Double { Spread(logLosses).mean }
}
