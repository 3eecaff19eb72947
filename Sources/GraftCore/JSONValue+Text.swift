extension JSONValue {
  /// Reads a document (RFC 8259, UTF-8).
  ///
  /// Stricter than most: a key that occurs twice in one object, and `NaN` and `Infinity`, which Python writes, are errors.
  /// Throws `.corrupt` with the place and what was expected there.
  public init(parsing text: String) throws { try self.init(parsing: text.utf8) }

  /// Reads a document from its bytes, such as `Data` or `[UInt8]`. See ``init(parsing:)-(String)``.
  public init(parsing bytes: some Sequence<UInt8>) throws {
    var parser = JSONParser(bytes: Array(bytes))
    self = try parser.document()
  }

  /// The document as text on one line, keys sorted: equal values give equal bytes.
  ///
  /// Throws `.invalidArgument` for a number that is not finite: JSON has none.
  public func serialized() throws -> String {
    var text = ""
    try append(to: &text, indent: nil)
    return text
  }

  /// The document as text for people: one member or element per line, indented by two spaces, keys sorted.
  ///
  /// Throws as ``serialized()`` does.
  public func prettyPrinted() throws -> String {
    var text = ""
    try append(to: &text, indent: 0)
    return text
  }

  private func append(to text: inout String, indent: Int?) throws {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .number(let value):
      guard value.isFinite else {
        throw GraftError(.invalidArgument, "JSON cannot hold the number \(value); expected a finite one.")
      }
      text += "\(value)"
    case .string(let value): Self.append(quoted: value, to: &text)
    case .array(let elements):
      try Self.append(list: elements, "[", "]", to: &text, indent) { try $0.append(to: &$1, indent: $2) }
    case .object(let members):
      // Compared by their bytes: the order does not hang on a locale or on Unicode's normal forms.
      let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      try Self.append(list: sorted, "{", "}", to: &text, indent) {
        Self.append(quoted: $0.key, to: &$1)
        $1 += indent == nil ? ":" : ": "
        try $0.value.append(to: &$1, indent: $2)
      }
    }
  }

  private static func append<Element>(
    list: [Element], _ open: String, _ close: String, to text: inout String, _ indent: Int?,
    _ appendElement: (Element, inout String, Int?) throws -> Void
  ) rethrows {
    text += open
    let inner = indent.map { $0 + 2 }
    for (index, element) in list.enumerated() {
      if index > 0 { text += "," }
      if let inner { text += "\n" + String(repeating: " ", count: inner) }
      try appendElement(element, &text, inner)
    }
    if let indent, !list.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += close
  }

  private static func append(quoted value: String, to text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}
