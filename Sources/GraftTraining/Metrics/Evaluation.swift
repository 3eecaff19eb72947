public import GraftImages

/// How a network does on samples whose classes or labels are known.
public struct Evaluation: Sendable {
  /// `loss` and the metrics that `compile` asked for.
  public let values: [String: Double]
  /// How often each class was taken for each; without rows where samples carry labels.
  public let confusion: ConfusionMatrix
  /// Precision, recall, F1 and area under the ROC curve of every class, averages, and calibration.
  public let report: ClassificationReport
  /// Files that could not be read and were left out.
  public let badFiles: [BadFile]
  /// The samples that count.
  public let count: Int
  private let shareOfRightLabels: Double?

  /// Makes a result of its parts. The report is the confusion matrix's.
  public init(values: [String: Double], confusion: ConfusionMatrix, badFiles: [BadFile] = []) {
    self.init(values: values, confusion: confusion, report: ClassificationReport(confusion), badFiles: badFiles)
  }

  /// Makes a result of its parts.
  public init(
    values: [String: Double], confusion: ConfusionMatrix, report: ClassificationReport, badFiles: [BadFile] = []
  ) {
    self.values = values
    self.confusion = confusion
    self.report = report
    self.badFiles = badFiles
    count = confusion.count
    shareOfRightLabels = nil
  }

  /// A result on samples that carry labels.
  init(
    values: [String: Double], count: Int, shareOfRightLabels: Double, report: ClassificationReport, badFiles: [BadFile]
  ) {
    self.values = values
    confusion = ConfusionMatrix(classes: 0)
    self.report = report
    self.badFiles = badFiles
    self.count = count
    self.shareOfRightLabels = shareOfRightLabels
  }

  /// The same result with more files that were left out.
  public func addingBadFiles(_ files: [BadFile]) -> Evaluation {
    if let shareOfRightLabels {
      return Evaluation(
        values: values, count: count, shareOfRightLabels: shareOfRightLabels, report: report,
        badFiles: files + badFiles)
    }
    return Evaluation(values: values, confusion: confusion, report: report, badFiles: files + badFiles)
  }

  /// The mean loss.
  public var loss: Double { values["loss"] ?? .nan }
  /// The share of samples whose most probable class is right; of labels that are right where samples carry labels.
  public var accuracy: Double { shareOfRightLabels ?? confusion.accuracy }
  /// The area under the ROC curve, averaged over classes; nil if it is not defined.
  public var areaUnderROC: Double? { report.areaUnderROC }
  /// The expected calibration error over 15 bins; nil if it is not known.
  public var expectedCalibrationError: Double? { report.expectedCalibrationError }
  /// A value by name; nil if `compile` did not ask for it.
  public subscript(name: String) -> Double? { values[name] }
}
