/// A number that says how good predictions are.
///
/// Definitions: keras.metrics, and scikit-learn's where Keras has none or approximates. Where each sample has one class
/// (cross-entropies over classes), the predicted class is the one of highest probability, whether targets are one-hot rows
/// or indices. Where samples carry any number of labels (binary cross-entropy), a label counts as given above a
/// probability of 0.5. Of a model that gives logits, metrics see the probabilities that they stand for. Sample and class
/// weights weigh the loss, not the metrics, as with the `metrics` of Keras's compile.
///
/// ```swift
/// try model.compile(metrics: [.accuracy, .topKAccuracy(3), .f1(), .precision(.weighted), .areaUnderROC])
/// ```
public struct Metric: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case accuracy
    case topK(Int)
    case binaryAccuracy(threshold: Float)
    case precision(ClassAverage)
    case recall(ClassAverage)
    case f1(ClassAverage)
    case areaUnderROC
    case calibrationError
  }

  let kind: Kind
  /// The key in a history; validation's has `val_` in front.
  public let name: String

  /// The share of samples whose most probable class is the right one; where samples carry labels, the share of labels that
  /// are right, which is keras.metrics.BinaryAccuracy. (Keras's word "accuracy" looks for the most probable class even
  /// there, which says nothing about labels.)
  public static let accuracy = Metric(kind: .accuracy, name: "accuracy")

  /// The share of samples whose right class is among the k most probable; ties count as among them.
  public static func topKAccuracy(_ k: Int = 5) -> Metric { Metric(kind: .topK(k), name: "top_\(k)_accuracy") }

  /// The share of labels on the right side of a threshold: keras.metrics.BinaryAccuracy.
  public static func binaryAccuracy(threshold: Float = 0.5) -> Metric {
    Metric(
      kind: .binaryAccuracy(threshold: threshold),
      name: threshold == 0.5 ? "binary_accuracy" : "binary_accuracy_\(threshold)")
  }

  /// The share of predictions of a class that are right. `precision`; `precision_micro`, `precision_class_2`.
  public static func precision(_ average: ClassAverage = .macro) -> Metric {
    Metric(kind: .precision(average), name: "precision" + average.suffix)
  }

  /// The share of a class's samples that are found. `recall`; `recall_weighted`, `recall_class_2`.
  public static func recall(_ average: ClassAverage = .macro) -> Metric {
    Metric(kind: .recall(average), name: "recall" + average.suffix)
  }

  /// The harmonic mean of precision and recall, averaged over classes: keras.metrics.F1Score. `f1`; `f1_micro`.
  public static func f1(_ average: ClassAverage = .macro) -> Metric {
    Metric(kind: .f1(average), name: "f1" + average.suffix)
  }

  /// The area under the ROC curve of each class against the rest, averaged over the classes that have one. `auc`.
  ///
  /// Exact, as scikit-learn's roc_auc_score; keras.metrics.AUC approximates it with 200 thresholds. All predictions of an
  /// epoch are kept for it, and it is known at the epoch's end.
  public static let areaUnderROC = Metric(kind: .areaUnderROC, name: "auc")

  /// The expected calibration error over 15 bins: how far confidence is from the share of right answers; 0 is best.
  ///
  /// Σ over bins of |B| / n · |accuracy(B) − confidence(B)| (Guo et al., 2017); bin m holds the samples whose largest
  /// probability lies in ((m − 1)/15, m/15]. `calibration_error`.
  public static let calibrationError = Metric(kind: .calibrationError, name: "calibration_error")

  /// Whether larger values are better.
  public var isBetterWhenLarger: Bool { kind != .calibrationError }

  /// Whether the number is cheap to know after every batch.
  var isRunning: Bool { kind != .areaUnderROC }

  /// An empty memory for this metric.
  func makeValue() -> any MetricValue {
    switch kind {
    case .accuracy: MeanMetric(.accuracy)
    case .topK(let k): MeanMetric(.topK(k))
    case .binaryAccuracy(let threshold): MeanMetric(.binaryAccuracy(threshold: threshold))
    case .precision(let average): ScoreMetric(.precision, average)
    case .recall(let average): ScoreMetric(.recall, average)
    case .f1(let average): ScoreMetric(.f1, average)
    case .areaUnderROC: CurveMetric()
    case .calibrationError: CalibrationMetric()
    }
  }

  /// What cannot work about this metric with so many classes; nil if all is well.
  func problem(classes: Int) -> String? {
    switch kind {
    case .topK(let k) where k < 1: return "Top-k accuracy needs a k of at least 1. Received: \(k)."
    case .binaryAccuracy(let threshold) where !(0...1).contains(threshold):
      return "The threshold of binary accuracy must lie between 0 and 1. Received: \(threshold)."
    case .precision(.only(let index)), .recall(.only(let index)), .f1(.only(let index)):
      guard (0..<classes).contains(index) else {
        return "The metric \(name) is of a class that the model's \(classes) outputs do not have."
      }
    default: break
    }
    return nil
  }
}
