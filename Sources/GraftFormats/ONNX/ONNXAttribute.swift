/// An attribute of an ONNX node (AttributeProto in onnx.proto).
enum ONNXAttribute {
  case int(Int)
  case float(Float)
  case ints([Int])

  func message(named name: String) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, name)
    switch self {
    case .float(let value):
      message.add(2, value)
      message.add(20, 1)
    case .int(let value):
      message.add(3, value)
      message.add(20, 2)
    case .ints(let values):
      for value in values { message.add(8, value) }
      message.add(20, 7)
    }
    return message
  }
}
