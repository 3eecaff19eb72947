/// Reads one JSON document; the place of every mistake is known.
struct JSONParser {
  let bytes: [UInt8]
  private var position = 0
  private var depth = 0
  // Deeper documents would exhaust the stack of a thread, which may be half a megabyte. A model in a model in a model takes four
  // levels for each.
  private static let deepest = 128

  init(bytes: [UInt8]) { self.bytes = bytes }

  mutating func document() throws -> JSONValue {
    let value = try value()
    skipSpace()
    guard position == bytes.count else { throw failure("the end") }
    return value
  }

  private func failure(_ expected: String) -> GraftError {
    let received =
      position < bytes.count
      ? "'" + String(decoding: bytes[position..<min(position + 12, bytes.count)], as: UTF8.self) + "'" : "the end"
    return GraftError(.corrupt, "Invalid JSON at byte \(position): expected \(expected), received \(received).")
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func value() throws -> JSONValue {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { try $0.object() }
    case UInt8(ascii: "["): return try nested { try $0.array() }
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "N"), UInt8(ascii: "I"): throw failure("a value (NaN and Infinity are not JSON)")
    default: return try number()
    }
  }

  private mutating func nested(_ body: (inout JSONParser) throws -> JSONValue) throws -> JSONValue {
    guard depth < Self.deepest else {
      throw GraftError(.corrupt, "The JSON at byte \(position) nests deeper than \(Self.deepest) levels.")
    }
    depth += 1
    defer { depth -= 1 }
    position += 1
    skipSpace()
    return try body(&self)
  }

  private mutating func word(_ word: String, _ value: JSONValue) throws -> JSONValue {
    guard bytes[position...].starts(with: word.utf8) else { throw failure("a value") }
    position += word.utf8.count
    return value
  }

  private mutating func array() throws -> JSONValue {
    var elements: [JSONValue] = []
    if take("]") { return .array(elements) }
    while true {
      elements.append(try value())
      skipSpace()
      if take("]") { return .array(elements) }
      guard take(",") else { throw failure("',' or ']'") }
    }
  }

  private mutating func object() throws -> JSONValue {
    var members: [String: JSONValue] = [:]
    if take("}") { return .object(members) }
    while true {
      skipSpace()
      let start = position
      guard next == UInt8(ascii: "\"") else { throw failure("a key in double quotes") }
      let key = try string()
      skipSpace()
      guard take(":") else { throw failure("':'") }
      guard members.updateValue(try value(), forKey: key) == nil else {
        throw GraftError(.corrupt, "Invalid JSON at byte \(start): the key '\(key)' occurs twice in one object.")
      }
      skipSpace()
      if take("}") { return .object(members) }
      guard take(",") else { throw failure("',' or '}'") }
    }
  }

  private mutating func number() throws -> JSONValue {
    let start = position
    func isDigit(_ byte: UInt8?) -> Bool { byte.map { $0 >= 0x30 && $0 <= 0x39 } ?? false }
    let isNegative = take("-")
    if next == UInt8(ascii: "I") { throw failure("a number (Infinity is not JSON)") }
    let first = position
    while isDigit(next) { position += 1 }
    guard position > first, bytes[first] != UInt8(ascii: "0") || position == first + 1 else {
      position = first
      throw failure("a value")
    }
    var isWhole = true
    if take(".") {
      isWhole = false
      guard isDigit(next) else { throw failure("a digit") }
      while isDigit(next) { position += 1 }
    }
    if take("e") || take("E") {
      isWhole = false
      if !take("+") { _ = take("-") }
      guard isDigit(next) else { throw failure("a digit") }
      while isDigit(next) { position += 1 }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // Minus zero has a sign that only a floating-point number keeps.
    if isWhole, let value = Int(text), value != 0 || !isNegative { return .int(value) }
    guard let value = Double(text), value.isFinite else {
      position = start
      throw failure("a number below 1.8e308")
    }
    return .number(value)
  }

  private mutating func string() throws -> String {
    position += 1
    var text: [UInt8] = []
    while true {
      let start = position
      while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
      text += bytes[start..<position]
      if take("\"") { break }
      guard take("\\") else { throw failure("the rest of a string") }
      try escape(into: &text)
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw GraftError(.corrupt, "Invalid JSON before byte \(position): a string is not UTF-8.")
    }
    return string
  }

  private mutating func escape(into text: inout [UInt8]) throws {
    guard let byte = next else { throw failure("an escaped character") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"): text += Array(String(Character(try escapedScalar())).utf8)
    default:
      position -= 1
      throw failure("an escaped character")
    }
  }

  private mutating func escapedScalar() throws -> Unicode.Scalar {
    var code = UInt32(try codeUnit())
    if code >> 10 == 0x36 {
      // A character beyond U+FFFF is written as two surrogates.
      guard take("\\"), take("u") else { throw failure("the second half of a surrogate pair") }
      let low = UInt32(try codeUnit())
      guard low >> 10 == 0x37 else { throw failure("the second half of a surrogate pair before this") }
      code = 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF
    }
    guard let scalar = Unicode.Scalar(code) else { throw failure("the first half of a surrogate pair before this") }
    return scalar
  }

  private mutating func codeUnit() throws -> UInt16 {
    guard position + 4 <= bytes.count else { throw failure("four hexadecimal digits") }
    var unit: UInt16 = 0
    for byte in bytes[position..<(position + 4)] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw failure("four hexadecimal digits") }
      unit = unit << 4 | UInt16(digit)
    }
    position += 4
    return unit
  }
}
