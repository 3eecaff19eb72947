internal import GraftCore

/// An input or output of an ONNX graph (ValueInfoProto).
struct ONNXInput {
  let name: String
  /// The lengths of all axes, nil where the file leaves one open; nil in all if it does not say how many there are.
  private(set) var lengths: [Int?]?

  init(_ bytes: ArraySlice<UInt8>) throws {
    let fields = try ProtobufReader.fields(of: bytes)
    name = fields.last { $0.number == 1 }?.value.text ?? ""
    guard let type = fields.last(where: { $0.number == 2 })?.value.bytes,
      let tensor = try ProtobufReader.fields(of: type).last(where: { $0.number == 1 })?.value.bytes
    else { return }
    for (_, value) in try ProtobufReader.fields(of: tensor).filter({ $0.number == 2 }) {
      lengths = try ProtobufReader.fields(of: value.bytes ?? []).filter { $0.number == 1 }.map { _, dimension in
        let fields = try ProtobufReader.fields(of: dimension.bytes ?? [])
        guard let length = fields.last(where: { $0.number == 1 })?.value.int, length > 0 else { return nil }
        return length
      }
    }
  }
}
