internal import GraftCore

/// Reads the fields of a Protocol Buffers message, one after another; every length is checked before it is used.
struct ProtobufReader {
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// All fields of a message in order.
  static func fields(of bytes: ArraySlice<UInt8>) throws -> [(number: Int, value: Value)] {
    var reader = ProtobufReader(bytes)
    var result: [(Int, Value)] = []
    while !reader.rest.isEmpty { result.append(try reader.field()) }
    return result
  }

  /// The numbers of a packed field.
  static func numbers(of bytes: ArraySlice<UInt8>, fixed: Int?) throws -> [UInt64] {
    var reader = ProtobufReader(bytes)
    var result: [UInt64] = []
    while !reader.rest.isEmpty { result.append(try fixed.map { try reader.fixed($0) } ?? reader.variable()) }
    return result
  }

  private mutating func field() throws -> (Int, Value) {
    let key = try variable()
    let number = Int(key >> 3)
    guard (1..<1 << 29).contains(number) else { throw damaged }
    switch key & 7 {
    case 0: return (number, .number(try variable()))
    case 1: return (number, .number(try fixed(8)))
    case 2:
      let count = try variable()
      guard count <= UInt64(rest.count) else { throw damaged }
      defer { rest = rest.dropFirst(Int(count)) }
      return (number, .bytes(rest.prefix(Int(count))))
    case 5: return (number, .number(try fixed(4)))
    default: throw damaged
    }
  }

  private mutating func variable() throws -> UInt64 {
    var result: UInt64 = 0
    for shift in stride(from: 0, to: 70, by: 7) {
      guard let byte = rest.popFirst() else { throw damaged }
      result |= UInt64(byte & 0x7F) << UInt64(shift)
      if byte < 0x80 { return result }
    }
    throw damaged
  }

  private mutating func fixed(_ count: Int) throws -> UInt64 {
    guard rest.count >= count else { throw damaged }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private var damaged: GraftError { GraftError(.corrupt, "A Protocol Buffers message is damaged.") }
}

extension ProtobufReader.Value {
  var bytes: ArraySlice<UInt8>? { if case .bytes(let bytes) = self { bytes } else { nil } }
  var text: String? { bytes.flatMap { String(validating: $0, as: UTF8.self) } }
  var int: Int? { if case .number(let number) = self { Int(truncatingIfNeeded: number) } else { nil } }
}

extension ProtobufReader.Value {
  /// The numbers of a repeated field, which come one by one or packed together.
  ///
  /// - Parameter fixed: The bytes of each, if numbers have a fixed size.
  func packed(fixed: Int? = nil) throws -> [UInt64] {
    switch self {
    case .number(let number): return [number]
    case .bytes(let bytes): return try ProtobufReader.numbers(of: bytes, fixed: fixed)
    }
  }
}
