internal import Graft

/// The kind of new top that a run takes, and what is known of it.
struct HeadChoice {
  let kind: HeadKind
  /// How the kinds compared, if they were.
  var comparison: HeadComparison?
  /// The linear top, if that is what it is.
  var fit: LinearHeadFit?
  /// Why, where nothing was compared but something was to be chosen.
  var reason: String?

  /// What there is to say about it.
  var text: String? {
    if let comparison { return [comparison.table, comparison.reason].filter { !$0.isEmpty }.joined(separator: "\n") }
    return reason
  }

  var json: JSONValue {
    var document: [String: JSONValue] = ["kind": .string(kind.rawValue)]
    if let reason = comparison?.reason ?? reason { document["reason"] = .string(reason) }
    if let fit {
      document["regularization"] = .number(fit.regularization)
      document["folds"] = .int(fit.foldCount)
    }
    if let comparison {
      document["comparison"] = .array(
        comparison.scores.map {
          [
            "kind": .string($0.kind.rawValue), "accuracy": .number($0.accuracy),
            "accuracy_deviation": .number($0.accuracyDeviation), "log_loss": .number($0.logLoss),
            "seconds": .number($0.seconds),
          ]
        })
    }
    return .object(document)
  }
}
