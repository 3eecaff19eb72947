internal import GraftCore

/// The attributes of a node that was read: messages by their names, taken apart when they are asked for.
struct TensorFlowAttributes {
  private var values: [String: ArraySlice<UInt8>] = [:]

  mutating func add(_ entry: ArraySlice<UInt8>) throws {
    let fields = try ProtobufReader.fields(of: entry)
    guard let name = fields.first(where: { $0.number == 1 })?.value.text else {
      throw GraftError(.corrupt, "An attribute of the SavedModel has no name.")
    }
    values[name] = fields.first { $0.number == 2 }?.value.bytes ?? []
  }

  private func field(_ name: String, _ number: Int) throws -> ProtobufReader.Value? {
    guard let value = values[name] else { return nil }
    return try ProtobufReader.fields(of: value).first { $0.number == number }?.value
  }

  func text(_ name: String) throws -> String? { try field(name, 2)?.text }
  func bool(_ name: String) throws -> Bool { try field(name, 5)?.int == 1 }
  func tensor(_ name: String) throws -> ArraySlice<UInt8>? { try field(name, 8)?.bytes }

  /// A number of 32 bits.
  func float(_ name: String) throws -> Float? {
    guard case .number(let bits)? = try field(name, 4) else { return nil }
    return Float(bitPattern: UInt32(truncatingIfNeeded: bits))
  }

  /// A shape.
  func shape(_ name: String) throws -> [Int]? { try field(name, 7)?.bytes.map { try Self.shape($0) } }

  /// A list of whole numbers, at most 8.
  func ints(_ name: String) throws -> [Int] {
    guard let list = try field(name, 1)?.bytes else { return [] }
    return try ProtobufReader.fields(of: list).filter { $0.number == 3 }.prefix(8).map { $0.value.int ?? 0 }
  }

  /// The shape of the node's result, with the batch.
  func resultShape() throws -> [Int]? {
    guard let list = try field("_output_shapes", 1)?.bytes,
      let shape = try ProtobufReader.fields(of: list).first(where: { $0.number == 7 })?.value.bytes
    else { return nil }
    return try Self.shape(shape)
  }

  /// The lengths in a TensorShapeProto, at most 8.
  static func shape(_ message: ArraySlice<UInt8>) throws -> [Int] {
    try ProtobufReader.fields(of: message).filter { $0.number == 2 }.prefix(8).map { field in
      try ProtobufReader.fields(of: field.value.bytes ?? []).first { $0.number == 1 }?.value.int ?? 0
    }
  }
}
