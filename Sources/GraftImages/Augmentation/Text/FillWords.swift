extension FillMode {
  /// `reflect`, `nearest`, `wrap`, `constant(127)`.
  var word: String {
    switch self {
    case .reflect: "reflect"
    case .nearest: "nearest"
    case .wrap: "wrap"
    case .constant(let value): constantWord(value)
    }
  }

  static let words = "reflect, nearest, wrap or constant(GRAY)"

  init?(word: String) {
    switch word {
    case "reflect": self = .reflect
    case "nearest": self = .nearest
    case "wrap": self = .wrap
    default:
      guard let value = constantValue(word) else { return nil }
      self = .constant(value)
    }
  }
}

extension ErasureFill {
  /// `noise`, `constant(127)`.
  var word: String {
    switch self {
    case .noise: "noise"
    case .constant(let value): constantWord(value)
    }
  }

  static let words = "noise or constant(GRAY)"

  init?(word: String) {
    if word == "noise" {
      self = .noise
    } else if let value = constantValue(word) {
      self = .constant(value)
    } else {
      return nil
    }
  }
}

extension FlipMode {
  /// `horizontal`, `vertical`, `both`.
  var word: String { self == .horizontalAndVertical ? "both" : rawValue }

  static let words = "horizontal, vertical or both"

  init?(word: String) {
    guard let mode = Self.allCases.first(where: { $0.word == word || $0.rawValue == word }) else { return nil }
    self = mode
  }
}

private func constantWord(_ value: Double) -> String { "constant(\(value.shortText))" }

private func constantValue(_ word: String) -> Double? {
  if word == "constant" { return 0 }
  guard word.hasPrefix("constant("), word.hasSuffix(")") else { return nil }
  return Double(word.dropFirst(9).dropLast())
}
