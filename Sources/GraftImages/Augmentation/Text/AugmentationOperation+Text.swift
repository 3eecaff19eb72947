internal import GraftCore

extension AugmentationOperation: CustomStringConvertible {
  /// The operation as `init(parsing:)` reads it: `rotation=0.1`.
  public var description: String {
    let arguments = arguments
    var parts = name.numberKeys.compactMap { arguments[$0]?.text }
    // The usual way to fill goes without saying.
    if let key = name.wordKey, let word = arguments[key]?.text, !["reflect", "noise"].contains(word) {
      parts.append(word)
    }
    return parts.isEmpty ? name.rawValue : "\(name.rawValue)=\(parts.joined(separator: ":"))"
  }

  /// Reads `name` or `name=value:value`.
  init(parsing text: String) throws {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = Name(rawValue: halves[0]) else { throw Self.unknown(halves[0]) }
    var arguments = AugmentationArguments(name: name)
    var numberKeys = name.numberKeys[...]
    let parts = halves.count < 2 ? [] : halves[1].split(separator: ":", omittingEmptySubsequences: false)
    for part in parts.map(String.init) {
      guard !part.isEmpty, let value = AugmentationValue(text: part) else { throw Self.unreadable(name, part) }
      if case .word = value, let key = name.wordKey, arguments.values[key] == nil {
        arguments.values[key] = value
      } else if let key = numberKeys.popFirst() {
        arguments.values[key] = value
      } else {
        throw Self.unreadable(name, part)
      }
    }
    try self.init(arguments)
  }

  private static func unreadable(_ name: Name, _ part: String) -> GraftError {
    GraftError(
      .invalidArgument,
      "Augmentation '\(name.rawValue)': expected something like \(name.example). Received: '\(part)'")
  }

  static func unknown(_ name: String) -> GraftError {
    let known = Name.allCases.map(\.rawValue) + Augmentation.Preset.allCases.map(\.rawValue) + ["none"]
    let nearest = known.min { $0.editDistance(to: name) < $1.editDistance(to: name) } ?? ""
    return GraftError(
      .invalidArgument,
      """
      Unknown augmentation '\(name)'; the nearest name is '\(nearest)'. Expected names of \
      \(known.joined(separator: ", ")), separated by commas.
      """)
  }
}
