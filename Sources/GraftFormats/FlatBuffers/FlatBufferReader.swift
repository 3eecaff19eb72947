internal import GraftCore

/// A table of a FlatBuffer that is read. Every offset and length is checked against the file before it is used.
struct FlatBufferReader {
  private let bytes: [UInt8]
  private let position: Int
  private let layout: Int
  private let layoutSize: Int

  /// The root table.
  ///
  /// - Throws: `GraftError.corrupt` unless the bytes are a FlatBuffer with that identifier.
  init(_ bytes: [UInt8], identifier: String) throws {
    guard bytes.count >= 8, bytes[4..<8].elementsEqual(identifier.utf8) else {
      throw GraftError(.corrupt, "Expected a FlatBuffer with the identifier '\(identifier)'; this is none.")
    }
    try self.init(bytes, at: Self.number(bytes, 0, 4))
  }

  private init(_ bytes: [UInt8], at position: Int) throws {
    self.bytes = bytes
    self.position = position
    let back = Int(Int32(truncatingIfNeeded: try Self.number(bytes, position, 4)))
    layout = position - back
    guard layout >= 0 else { throw Self.damaged }
    layoutSize = try Self.number(bytes, layout, 2)
    guard layoutSize >= 4, layoutSize % 2 == 0, layout + layoutSize <= bytes.count else { throw Self.damaged }
  }

  private static var damaged: GraftError { GraftError(.corrupt, "A table of the FlatBuffer is damaged.") }

  /// A number of some bytes, at a place that is checked.
  private static func number(_ bytes: [UInt8], _ place: Int, _ count: Int) throws -> Int {
    guard place >= 0, place <= bytes.count - count else { throw damaged }
    return (0..<count).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
  }

  /// Where a field lies; nil if the table does not have it.
  private func place(_ field: Int) throws -> Int? {
    guard 4 + 2 * field + 2 <= layoutSize else { return nil }
    let offset = try Self.number(bytes, layout + 4 + 2 * field, 2)
    return offset == 0 ? nil : position + offset
  }

  /// Where the object lies that a field points to.
  private func target(_ field: Int) throws -> Int? {
    guard let place = try place(field) else { return nil }
    return place + (try Self.number(bytes, place, 4))
  }

  // MARK: Fields

  /// A byte, 0 if it is left out.
  func byte(_ field: Int) throws -> Int { try place(field).map { try Self.number(bytes, $0, 1) } ?? 0 }

  /// A whole number of 32 bits.
  func int(_ field: Int, default value: Int = 0) throws -> Int {
    try place(field).map { Int(Int32(truncatingIfNeeded: try Self.number(bytes, $0, 4))) } ?? value
  }

  /// A number.
  func float(_ field: Int) throws -> Float {
    try place(field).map { Float(bitPattern: UInt32(try Self.number(bytes, $0, 4))) } ?? 0
  }

  /// A table; nil if it is left out.
  func table(_ field: Int) throws -> FlatBufferReader? {
    try target(field).map { try FlatBufferReader(bytes, at: $0) }
  }

  /// The places of a vector's elements.
  private func vector(_ field: Int, elementSize: Int) throws -> (start: Int, count: Int)? {
    guard let place = try target(field) else { return nil }
    let count = try Self.number(bytes, place, 4)
    guard count <= (bytes.count - place - 4) / elementSize else { throw Self.damaged }
    return (place + 4, count)
  }

  /// The number of tables in a vector of them.
  func count(_ field: Int) throws -> Int { try vector(field, elementSize: 4)?.count ?? 0 }

  /// One table of a vector.
  func table(_ field: Int, _ index: Int) throws -> FlatBufferReader {
    guard let (start, count) = try vector(field, elementSize: 4), (0..<count).contains(index) else {
      throw Self.damaged
    }
    let place = start + 4 * index
    return try FlatBufferReader(bytes, at: place + Self.number(bytes, place, 4))
  }

  /// All tables of a vector.
  func tables(_ field: Int) throws -> [FlatBufferReader] {
    try (0..<count(field)).map { try table(field, $0) }
  }

  /// A text of at most 64 KiB; empty if it is left out.
  func text(_ field: Int) throws -> String {
    guard let (start, count) = try vector(field, elementSize: 1) else { return "" }
    guard count <= 1 << 16, let text = String(validating: bytes[start..<(start + count)], as: UTF8.self) else {
      throw Self.damaged
    }
    return text
  }

  /// Bytes where they lie.
  func bytes(_ field: Int) throws -> ArraySlice<UInt8> {
    guard let (start, count) = try vector(field, elementSize: 1) else { return [] }
    return bytes[start..<(start + count)]
  }

  /// Whole numbers of 32 or 64 bits.
  ///
  /// - Parameter limit: How many there may be.
  func ints(_ field: Int, size: Int = 4, limit: Int) throws -> [Int] {
    guard let (start, count) = try vector(field, elementSize: size) else { return [] }
    guard count <= limit else { throw Self.damaged }
    return try (0..<count).map { index in
      let number = try Self.number(bytes, start + size * index, size)
      return size == 4 ? Int(Int32(truncatingIfNeeded: number)) : number
    }
  }

  /// Numbers.
  ///
  /// - Parameter limit: How many there may be.
  func floats(_ field: Int, limit: Int) throws -> [Float] {
    try ints(field, limit: limit).map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }
  }
}
