internal import Graft

/// How a classifier did, class by class.
struct EvaluationReport {
  let evaluation: Evaluation
  let classNames: [String]
  let task: ClassificationTask

  /// Accuracy and loss, a table of classes, the confusion matrix.
  var text: String {
    """
    accuracy \(evaluation.accuracy.percent) of \(evaluation.count) \(task == .singleLabel ? "pictures" : "pictures' labels"), \
    loss \(evaluation.loss.decimals(4))

    \(tables)
    """
  }

  /// A table of classes, and the confusion matrix where each picture has one class.
  var tables: String {
    let report = evaluation.report.text(classNames: classNames)
    guard task == .singleLabel else { return report }
    var matrix = Table(["true class \\ taken for"] + classNames)
    for (index, name) in classNames.enumerated() {
      matrix.add([name] + evaluation.confusion.counts[index].map { $0 == 0 ? "·" : "\($0)" })
    }
    return report + "\n\n" + matrix.text
  }

  /// The same for programs. What is not defined is null, as the precision of a class that was never predicted.
  var json: JSONValue {
    let report = evaluation.report
    var document: [String: JSONValue] = [
      "loss": .number(evaluation.loss), "accuracy": .number(evaluation.accuracy), "count": .int(evaluation.count),
      "classes": .array(classNames.indices.map(classDocument)),
      "macro": score(report.macro), "weighted": score(report.weighted), "micro": score(report.micro),
      "area_under_roc": number(report.areaUnderROC),
      "expected_calibration_error": number(report.expectedCalibrationError),
    ]
    if task == .singleLabel {
      document["confusion"] = .array(evaluation.confusion.counts.map { .array($0.map { .int($0) }) })
    }
    return .object(document)
  }

  private func classDocument(_ index: Int) -> JSONValue {
    let score = evaluation.report.classes[index]
    let isSingle = task == .singleLabel
    return [
      "name": .string(classNames[index]), "count": .int(score.support),
      "recall": number(isSingle ? evaluation.confusion.recall(index) : score.recall),
      "precision": number(isSingle ? evaluation.confusion.precision(index) : score.precision),
      "f1": .number(score.f1), "area_under_roc": number(evaluation.report.areasUnderROC[index]),
    ]
  }

  private func score(_ score: ClassScore) -> JSONValue {
    ["precision": .number(score.precision), "recall": .number(score.recall), "f1": .number(score.f1)]
  }

  private func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
}

extension JSONValue {
  /// Files that were set aside, with their reasons.
  init(_ files: [BadFile]) {
    self = .array(files.map { ["path": .string($0.path), "reason": .string($0.reason)] })
  }
}
