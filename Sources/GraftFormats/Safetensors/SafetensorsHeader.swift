internal import GraftCore

/// The checked contents of a safetensors header.
struct SafetensorsHeader {
  struct Entry: Sendable {
    let name: String
    let typeName: String
    let type: NumberType
    let shape: Shape
    /// The bytes in the file.
    let range: Range<Int>
  }

  static let metadataKey = "__metadata__"
  // The reference implementation's limit.
  private static let longest = 100_000_000
  static let types: [String: NumberType] = [
    "F16": .float16, "BF16": .bfloat16, "F32": .float32, "F64": .float64, "BOOL": .bool, "I8": .int8, "I16": .int16,
    "I32": .int32, "I64": .int64, "U8": .uint8, "U16": .uint16, "U32": .uint32, "U64": .uint64,
  ]

  let metadata: [String: String]
  /// The tensors in the order of their data.
  let entries: [Entry]

  /// The header's length in bytes, without the 8 bytes that say it.
  static func length(in bytes: [UInt8]) throws -> Int { try length(bytes[...].prefix(8), byteCount: bytes.count) }

  /// The same of a file whose first 8 bytes have been read.
  static func length(_ start: ArraySlice<UInt8>, byteCount: Int) throws -> Int {
    guard start.count == 8 else {
      throw GraftError(.corrupt, "Expected at least 8 bytes, received \(byteCount): the file is cut short.")
    }
    let length = start.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.longest else {
      throw GraftError(.corrupt, "The header claims \(length) bytes; at most \(Self.longest) are allowed.")
    }
    guard length <= byteCount - 8 else {
      throw GraftError(
        .corrupt, "The header claims \(length) bytes, but only \(byteCount - 8) follow: the file is cut short.")
    }
    return Int(length)
  }

  init(json: ArraySlice<UInt8>, dataOffset: Int, dataCount: Int) throws {
    guard json.first == UInt8(ascii: "{") else {
      throw GraftError(.corrupt, "Expected a header that starts with '{'.")
    }
    guard let members = try JSONValue(parsing: json).object else {
      throw GraftError(.corrupt, "Expected a JSON object as header.")
    }
    metadata = try Self.metadata(members[Self.metadataKey])
    entries =
      try members
      .filter { $0.key != Self.metadataKey }
      .map { try Self.entry($0.key, $0.value, dataOffset) }
      .sorted {
        ($0.range.lowerBound, $0.range.upperBound, $0.name) < ($1.range.lowerBound, $1.range.upperBound, $1.name)
      }
    var end = dataOffset
    for entry in entries {
      guard entry.range.lowerBound == end else {
        let fault = entry.range.lowerBound < end ? "overlaps the tensor before it" : "leaves a gap before it"
        throw GraftError(.corrupt, "The tensor '\(entry.name)' \(fault).")
      }
      end = entry.range.upperBound
    }
    guard end == dataOffset + dataCount else {
      throw GraftError(
        .corrupt, "The tensors need \(end - dataOffset) bytes of data, but the file has \(dataCount).")
    }
  }

  private static func metadata(_ value: JSONValue?) throws -> [String: String] {
    guard let value else { return [:] }
    guard let members = value.object else { throw GraftError(.corrupt, "Expected an object as '\(metadataKey)'.") }
    return try members.mapValues { value in
      guard let text = value.string else { throw GraftError(.corrupt, "Expected strings only in '\(metadataKey)'.") }
      return text
    }
  }

  private static func entry(_ name: String, _ value: JSONValue, _ dataOffset: Int) throws -> Entry {
    guard let members = value.object, members.count == 3, let typeName = members["dtype"]?.string,
      let lengths = members["shape"]?.array, let offsets = members["data_offsets"]?.array, offsets.count == 2,
      case .int(let begin)? = offsets.first, case .int(let end)? = offsets.last
    else {
      throw GraftError(.corrupt, "Expected 'dtype', 'shape' and 'data_offsets' for the tensor '\(name)'.")
    }
    guard let type = types[typeName] else {
      throw GraftError(.unsupported, "The tensor '\(name)' has the element type \(typeName), which is not known here.")
    }
    let shape = try Shape(
      lengths.map { length in
        guard case .int(let length) = length, length >= 0 else {
          throw GraftError(.corrupt, "Expected whole numbers as the shape of the tensor '\(name)'.")
        }
        return length
      })
    // A far end is no less wrong for being within Int: adding the data's offset must not overflow.
    guard begin >= 0, end >= begin, end <= Int.max - dataOffset,
      let count = shape.byteCount(elementSize: type.byteCount),
      count == end - begin
    else {
      throw GraftError(
        .corrupt, "The tensor '\(name)' of shape \(shape) and type \(typeName) cannot lie at bytes \(begin) to \(end).")
    }
    return Entry(
      name: name, typeName: typeName, type: type, shape: shape, range: (dataOffset + begin)..<(dataOffset + end))
  }
}
