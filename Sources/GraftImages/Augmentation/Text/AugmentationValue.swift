internal import GraftCore

/// A parameter's value in a text or a configuration.
enum AugmentationValue: Sendable, Hashable {
  case number(Double)
  case range(ClosedRange<Double>)
  case word(String)

  init(_ factor: AugmentationFactor) {
    switch factor {
    case .amount(let amount): self = .number(amount)
    case .range(let range): self = .range(range)
    }
  }

  /// Reads `0.2`, `0.5..1` or a word; nil for a range whose bounds are in the wrong order or no numbers.
  init?(text: String) {
    if let number = Double(text), number.isFinite {
      self = .number(number)
    } else if let separator = text.firstRange(of: "..") {
      guard let lower = Double(text[..<separator.lowerBound]), let upper = Double(text[separator.upperBound...]),
        lower.isFinite, upper.isFinite, lower <= upper
      else { return nil }
      self = .range(lower...upper)
    } else {
      self = .word(text)
    }
  }

  /// Reads a number, a list of two, or a string.
  init?(_ configuration: JSONValue) {
    if let number = configuration.double {
      self = .number(number)
    } else if let bounds = configuration.array?.map(\.double), bounds.count == 2, let lower = bounds[0],
      let upper = bounds[1], lower <= upper
    {
      self = .range(lower...upper)
    } else if let word = configuration.string {
      self = .word(word)
    } else {
      return nil
    }
  }

  var text: String {
    switch self {
    case .number(let number): number.shortText
    case .range(let range): "\(range.lowerBound.shortText)..\(range.upperBound.shortText)"
    case .word(let word): word
    }
  }

  var configuration: JSONValue {
    switch self {
    case .number(let number): .number(number)
    case .range(let range): [.number(range.lowerBound), .number(range.upperBound)]
    case .word(let word): .string(word)
    }
  }
}

extension Double {
  /// The shortest text that reads back as this number, without a `.0`.
  var shortText: String {
    let text = "\(self)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
