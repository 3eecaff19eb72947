/// How the scores of several classes become one number: the `average` of keras.metrics.F1Score and of scikit-learn.
public enum ClassAverage: Sendable, Hashable {
  /// The plain mean over all classes. A class without samples or predictions counts as 0, as in Keras.
  case macro
  /// One score from the counts of all classes together. Where each sample has one class it equals the accuracy.
  case micro
  /// The mean over all classes, each weighted by its number of samples.
  case weighted
  /// One class alone, by its index.
  case only(Int)

  /// What stands behind a metric's name.
  var suffix: String {
    switch self {
    case .macro: ""
    case .micro: "_micro"
    case .weighted: "_weighted"
    case .only(let index): "_class_\(index)"
    }
  }
}
