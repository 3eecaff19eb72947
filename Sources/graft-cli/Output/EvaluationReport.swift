internal import Graft

/// How a classifier did, class by class.
struct EvaluationReport {
  let evaluation: Evaluation
  let classNames: [String]

  /// Accuracy and loss, a table of classes, the confusion matrix.
  var text: String {
    """
    accuracy \(evaluation.accuracy.percent) of \(evaluation.count) pictures, loss \(evaluation.loss.decimals(4))

    \(tables)
    """
  }

  /// A table of classes, and the confusion matrix.
  var tables: String {
    var classes = Table(["class", "pictures", "found", "right when named"])
    for (index, name) in classNames.enumerated() {
      classes.add([
        name, "\(evaluation.confusion.counts[index].reduce(0, +))",
        evaluation.confusion.recall(index)?.percent ?? "–", evaluation.confusion.precision(index)?.percent ?? "–",
      ])
    }
    var matrix = Table(["true class \\ taken for"] + classNames)
    for (index, name) in classNames.enumerated() {
      matrix.add([name] + evaluation.confusion.counts[index].map { $0 == 0 ? "·" : "\($0)" })
    }
    return classes.text + "\n\n" + matrix.text
  }

  /// The same for programs.
  var json: JSONValue {
    [
      "loss": .number(evaluation.loss), "accuracy": .number(evaluation.accuracy), "count": .int(evaluation.count),
      "classes": .array(
        classNames.enumerated().map { index, name in
          [
            "name": .string(name), "count": .int(evaluation.confusion.counts[index].reduce(0, +)),
            "recall": evaluation.confusion.recall(index).map { .number($0) } ?? .null,
            "precision": evaluation.confusion.precision(index).map { .number($0) } ?? .null,
          ]
        }),
      "confusion": .array(evaluation.confusion.counts.map { .array($0.map { .int($0) }) }),
    ]
  }
}

extension JSONValue {
  /// Files that were set aside, with their reasons.
  init(_ files: [BadFile]) {
    self = .array(files.map { ["path": .string($0.path), "reason": .string($0.reason)] })
  }
}
