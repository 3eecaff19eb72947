/// How one strength of regularisation did in cross-validation.
public struct RegularizationScore: Sendable, Hashable {
  /// scikit-learn's C.
  public let regularization: Double
  /// The cross-entropy of samples that were not fitted: mean over the folds.
  public let logLoss: Double
  /// Its standard deviation over the folds.
  public let logLossDeviation: Double
  /// The share of samples classified rightly that were not fitted: mean over the folds.
  public let accuracy: Double
  /// Its standard deviation over the folds.
  public let accuracyDeviation: Double
}
