internal import GraftCore

/// The value of an attribute in an ONNX file (AttributeProto).
enum ONNXValue {
  case int(Int)
  case float(Float)
  case text(String)
  case ints([Int])
  case floats([Float])
  case tensor(ONNXRecord)
  /// A graph, or whatever else no operator that is known takes.
  case other

  /// Reads an attribute with its name.
  static func attribute(_ bytes: ArraySlice<UInt8>, folder: String) throws -> (name: String, value: ONNXValue) {
    let fields = try ProtobufReader.fields(of: bytes)
    func last(_ number: Int) -> ProtobufReader.Value? { fields.last { $0.number == number }?.value }
    let name = last(1)?.text ?? ""
    switch last(20)?.int ?? 0 {
    case 1: return (name, .float(Float(bitPattern: UInt32(truncatingIfNeeded: last(2)?.int ?? 0))))
    case 2: return (name, .int(last(3)?.int ?? 0))
    case 3: return (name, .text(last(4)?.text ?? ""))
    case 4: return (name, .tensor(try ONNXRecord(last(5)?.bytes ?? [], folder: folder)))
    case 6:
      let numbers = try fields.filter { $0.number == 7 }.flatMap { try $0.value.packed(fixed: 4) }
      return (name, .floats(numbers.map { Float(bitPattern: UInt32(truncatingIfNeeded: $0)) }))
    case 7:
      let numbers = try fields.filter { $0.number == 8 }.flatMap { try $0.value.packed() }
      return (name, .ints(numbers.map { Int(truncatingIfNeeded: $0) }))
    default: return (name, .other)
    }
  }

  /// The value as messages show it.
  var summary: String {
    switch self {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .text(let value): "'\(value.prefix(60))'"
    case .ints(let values): "\(values.prefix(16))"
    case .floats(let values): "\(values.prefix(16))"
    case .tensor(let record): "a constant of \(Shape(record.shape))"
    case .other: "a graph or list"
    }
  }
}
