internal import GraftCore

/// Everything that is wrong between a model and a file, for one error.
struct WeightProblems {
  private(set) var missing: [String] = []
  private(set) var extra: [String] = []
  private(set) var misshapen: [String] = []
  private(set) var ambiguous: [String] = []
  // More lines than this help nobody; the counts are given in full.
  private static let shown = 12

  var count: Int { missing.count + extra.count + misshapen.count + ambiguous.count }
  var isEmpty: Bool { count == 0 }

  mutating func add(missing slot: VariableSlot, of leaf: LeafSlots, lookedFor place: String? = nil) {
    let looked = place.map { ", looked for at '\($0)'" } ?? ""
    missing.append("\(leaf.chain.joined(separator: "/"))/\(slot.name) \(slot.shape)\(looked)")
  }

  mutating func add(misshapen slot: VariableSlot, of leaf: LeafSlots, received: StoredLayer.Variable) {
    misshapen.append(
      "\(leaf.chain.joined(separator: "/"))/\(slot.name): expected \(slot.shape), received \(received.shape)"
        + " at '\(received.path)'")
  }

  mutating func add(extra variable: StoredLayer.Variable) {
    extra.append("\(variable.path) \(variable.shape)")
  }

  mutating func add(ambiguous leaf: LeafSlots, candidates: [String]) {
    ambiguous.append(
      "\(leaf.chain.joined(separator: "/")): could be \(candidates.map { "'\($0)'" }.joined(separator: " or "))")
  }

  mutating func add(missing line: String) { missing.append(line) }
  mutating func add(extra line: String) { extra.append(line) }
  mutating func add(misshapen line: String) { misshapen.append(line) }

  /// The one error, which says what kind of file it was.
  func error(path: String, layout: some CustomStringConvertible, stored: Int, wanted: Int) -> GraftError {
    var text =
      "The weights in '\(path)' (\(layout), \(stored) weights) do not fit the model (\(wanted) weights)."
    let sections = [
      ("missing from the file", missing), ("left over in the file", extra), ("of the wrong shape", misshapen),
      ("ambiguous", ambiguous),
    ]
    for (title, lines) in sections where !lines.isEmpty {
      text += "\n  \(lines.count) \(title):"
      for line in lines.prefix(Self.shown) { text += "\n    \(line)" }
      if lines.count > Self.shown { text += "\n    … and \(lines.count - Self.shown) more" }
    }
    text +=
      "\nUse a file of the same architecture (same sizes and options), or build the model that the file was saved from."
    return GraftError(.weightMismatch, text)
  }
}
