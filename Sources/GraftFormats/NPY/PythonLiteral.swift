internal import GraftCore

/// Reads the little of Python's syntax that `.npy` headers are written in.
struct PythonLiteral {
  enum Value {
    case string(String)
    case boolean(Bool)
    case tuple([Int])
    /// Anything else, such as the fields of a structured type, as it is written.
    case other(String)

    var text: String {
      switch self {
      case .string(let text), .other(let text): "'\(text)'"
      case .boolean(let value): value ? "True" : "False"
      case .tuple(let numbers): "\(Shape(numbers))"
      }
    }
  }

  private var rest: Substring.UnicodeScalarView

  init(_ text: String) { rest = Substring(text).unicodeScalars }

  /// A dictionary of strings to values, and nothing but space after it.
  mutating func dictionary() throws -> [String: Value] {
    var members: [String: Value] = [:]
    try expect("{")
    while !take("}") {
      guard case .string(let key) = try value() else { throw failure("a key in quotes") }
      try expect(":")
      guard members.updateValue(try value(), forKey: key) == nil else { throw failure("each key once") }
      if take("}") { break }
      try expect(",")
    }
    skipSpace()
    guard rest.isEmpty else { throw failure("the end of the header") }
    return members
  }

  private mutating func value() throws -> Value {
    skipSpace()
    if rest.first == "'" || rest.first == "\"" { return .string(try string()) }
    if take("(") { return .tuple(try numbers()) }
    if rest.first == "[" { return .other(try list()) }
    let word = String(String.UnicodeScalarView(rest.prefix { $0.properties.isAlphabetic }))
    rest = rest.dropFirst(word.unicodeScalars.count)
    switch word {
    case "True": return .boolean(true)
    case "False": return .boolean(false)
    default: throw failure("a value")
    }
  }

  private mutating func string() throws -> String {
    guard let quote = rest.popFirst(), let end = rest.firstIndex(of: quote) else { throw failure("a string") }
    defer { rest = rest[rest.index(after: end)...] }
    return String(String.UnicodeScalarView(rest[..<end]))
  }

  private mutating func numbers() throws -> [Int] {
    var numbers: [Int] = []
    while !take(")") {
      skipSpace()
      let digits = String(String.UnicodeScalarView(rest.prefix { ("0"..."9").contains($0) }))
      guard let number = Int(digits) else { throw failure("a length") }
      rest = rest.dropFirst(digits.unicodeScalars.count)
      // Python 2 wrote long integers as `3L`.
      _ = take("L")
      numbers.append(number)
      if take(")") { break }
      try expect(",")
    }
    return numbers
  }

  private mutating func list() throws -> String {
    var depth = 0
    var text = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      text.append(scalar)
      if scalar == "[" { depth += 1 }
      if scalar == "]" { depth -= 1 }
      if depth == 0 { return String(text) }
    }
    throw failure("']'")
  }

  private mutating func skipSpace() {
    rest = rest.drop { $0.properties.isWhitespace }
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    skipSpace()
    guard rest.first == scalar else { return false }
    rest.removeFirst()
    return true
  }

  private mutating func expect(_ scalar: Unicode.Scalar) throws {
    guard take(scalar) else { throw failure("'\(scalar)'") }
  }

  private func failure(_ expected: String) -> GraftError {
    GraftError(
      .corrupt, "Expected \(expected) in the header, received '\(String(String.UnicodeScalarView(rest.prefix(16))))'.")
  }
}
