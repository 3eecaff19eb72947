internal import GraftCore

/// What is read from the pickle's bytes; every length is checked before it is used.
extension PickleReader {
  static let misplaced = GraftError(.corrupt, "The pickle's instructions do not fit each other: it is damaged.")

  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count <= end - place else {
      throw GraftError(.corrupt, "The pickle ends within itself, or is longer than \(Self.longest) bytes.")
    }
    defer { place += count }
    return bytes[place..<(place + count)]
  }

  mutating func next() throws -> UInt8 { try take(1)[place - 1] }

  /// A number of up to four bytes, the low ones first.
  mutating func number(_ count: Int) throws -> Int { ZipRecord.number(try take(count), at: 0, count: count) }

  mutating func text(_ count: Int) throws -> String { String(decoding: try take(count), as: UTF8.self) }

  mutating func long() throws -> PickleValue {
    let digits = try take(Int(next()))
    guard digits.count <= 8 else { return .long(Array(digits)) }
    let isNegative = digits.last.map { $0 & 0x80 != 0 } ?? false
    return .int(
      Int(truncatingIfNeeded: digits.reversed().reduce(isNegative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }))
  }

  mutating func line() throws -> String {
    let limit = min(end, place + 1024)
    guard let newline = bytes[place..<limit].firstIndex(of: 0x0A) else {
      throw GraftError(.corrupt, "A name in the pickle does not end.")
    }
    defer { place = newline + 1 }
    return String(decoding: bytes[place..<newline], as: UTF8.self)
  }
}
