internal import GraftCore

/// The parameters of one operation, by name, as they came from a text or a configuration.
struct AugmentationArguments {
  let name: AugmentationOperation.Name
  var values: [String: AugmentationValue] = [:]

  func error(_ key: String, _ expected: String) -> GraftError {
    GraftError(
      .invalidArgument,
      """
      Augmentation '\(name.rawValue)', \(key): expected \(expected), as in \(name.example). \
      Received: \(values[key]?.text ?? "nothing")
      """)
  }

  /// A number or a range.
  func factor(_ key: String) throws -> AugmentationFactor {
    switch values[key] {
    case .number(let number): return .amount(number)
    case .range(let range): return .range(range)
    case .word, nil: throw error(key, "a number or a range LOW..HIGH")
    }
  }

  /// A range, or what stands for it.
  func range(_ key: String, default standard: ClosedRange<Double>) throws -> ClosedRange<Double> {
    switch values[key] {
    case .range(let range): return range
    case nil: return standard
    case .number, .word: throw error(key, "a range LOW..HIGH")
    }
  }

  /// A number, or what stands for it.
  func number(_ key: String, default standard: Double) throws -> Double {
    switch values[key] {
    case .number(let number): return number
    case nil: return standard
    case .range, .word: throw error(key, "a number")
    }
  }

  /// A whole number, or what stands for it.
  func whole(_ key: String, default standard: Int) throws -> Int {
    guard let value = Int(exactly: try number(key, default: Double(standard))) else {
      throw error(key, "a whole number")
    }
    return value
  }

  /// One of some words, or what stands for it.
  func word<Value>(
    _ key: String, _ expected: String, default standard: Value, _ make: (String) -> Value?
  ) throws -> Value {
    guard let value = values[key] else { return standard }
    guard case .word(let word) = value, let result = make(word) else { throw error(key, expected) }
    return result
  }
}
