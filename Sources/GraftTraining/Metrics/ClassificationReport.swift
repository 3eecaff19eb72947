/// How a classifier did, class by class and on average.
///
/// Definitions: scikit-learn's classification_report and roc_auc_score, with all classes counted, and 0 where a score is
/// not defined.
public struct ClassificationReport: Sendable, Hashable, Codable {
  /// Each class's scores, in the order of the classes.
  public let classes: [ClassScore]
  /// The plain mean over classes.
  public let macro: ClassScore
  /// From the counts of all classes together.
  public let micro: ClassScore
  /// The mean over classes, weighted by their samples.
  public let weighted: ClassScore
  /// The area under each class's ROC curve against the rest; nil where all samples, or none, are of the class, and
  /// everywhere if probabilities were not collected.
  public let areasUnderROC: [Double?]
  /// The expected calibration error over 15 bins; nil if probabilities were not collected.
  public let expectedCalibrationError: Double?

  /// The mean of the areas that are defined; nil without any.
  public var areaUnderROC: Double? {
    let known = areasUnderROC.compactMap { $0 }
    return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
  }

  /// The report that a confusion matrix allows: without areas and calibration, which need probabilities.
  public init(_ confusion: ConfusionMatrix) {
    self.init(ClassCounts(confusion), areas: confusion.counts.map { _ in nil }, calibrationError: nil)
  }

  init(_ counts: ClassCounts, areas: [Double?], calibrationError: Double?) {
    classes = counts.scores
    macro = counts.score(.macro)
    micro = counts.score(.micro)
    weighted = counts.score(.weighted)
    areasUnderROC = areas
    expectedCalibrationError = calibrationError
  }
}
