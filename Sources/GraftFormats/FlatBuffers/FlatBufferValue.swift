/// A table of a FlatBuffer that is to be written: fields by their numbers in the schema (flatbuffers.dev, "Internals").
struct FlatBufferTable {
  private(set) var fields: [Int: Field] = [:]

  /// A field: a number in place, or an object that lies elsewhere.
  enum Field {
    case byte(UInt8)
    case int32(Int32)
    case float(Float)
    case object(Object)
  }

  /// What a field can point to.
  enum Object {
    case table(FlatBufferTable)
    case tables([FlatBufferTable])
    case text(String)
    /// Aligned to 16 bytes, as weights must be.
    case bytes([UInt8])
    case int32s([Int32])
    case int64s([Int64])
    case floats([Float])
  }

  init() {}

  /// A number that a byte holds, such as a kind; a truth value as 1.
  mutating func set(_ field: Int, byte value: Int) { fields[field] = .byte(UInt8(truncatingIfNeeded: value)) }
  /// A whole number.
  mutating func set(_ field: Int, _ value: Int) { fields[field] = .int32(Int32(truncatingIfNeeded: value)) }
  /// A number.
  mutating func set(_ field: Int, _ value: Float) { fields[field] = .float(value) }
  /// A table.
  mutating func set(_ field: Int, _ value: FlatBufferTable) { fields[field] = .object(.table(value)) }
  /// Tables.
  mutating func set(_ field: Int, _ value: [FlatBufferTable]) { fields[field] = .object(.tables(value)) }
  /// A text.
  mutating func set(_ field: Int, _ value: String) { fields[field] = .object(.text(value)) }
  /// Bytes.
  mutating func set(_ field: Int, bytes value: [UInt8]) { fields[field] = .object(.bytes(value)) }
  /// Whole numbers of 32 bits.
  mutating func set(_ field: Int, _ values: [Int]) {
    fields[field] = .object(.int32s(values.map { Int32(truncatingIfNeeded: $0) }))
  }
  /// Whole numbers of 64 bits.
  mutating func set(_ field: Int, long values: [Int]) { fields[field] = .object(.int64s(values.map { Int64($0) })) }
  /// Numbers.
  mutating func set(_ field: Int, _ values: [Float]) { fields[field] = .object(.floats(values)) }
}
