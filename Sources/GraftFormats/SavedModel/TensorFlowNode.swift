internal import GraftCore

/// A node of a TensorFlow graph that is being written (NodeDef in node_def.proto, AttrValue in attr_value.proto).
struct TensorFlowNode {
  private(set) var message = ProtobufMessage()

  init(_ operation: String, name: String, inputs: [String] = []) {
    message.add(1, name)
    message.add(2, operation)
    for input in inputs { message.add(3, input) }
  }

  private mutating func set(_ name: String, _ write: (inout ProtobufMessage) -> Void) {
    var value = ProtobufMessage()
    write(&value)
    var entry = ProtobufMessage()
    entry.add(1, name)
    entry.add(2, value)
    message.add(5, entry)
  }

  mutating func set(_ name: String, type: Int) { set(name) { $0.add(6, type) } }
  mutating func set(_ name: String, text: String) { set(name) { $0.add(2, text) } }
  mutating func set(_ name: String, int: Int) { set(name) { $0.add(3, int) } }
  mutating func set(_ name: String, float: Float) { set(name) { $0.add(4, float) } }
  mutating func set(_ name: String, bool: Bool) { set(name) { $0.add(5, bool ? 1 : 0) } }
  mutating func set(_ name: String, tensor: ProtobufMessage) { set(name) { $0.add(8, tensor) } }
  mutating func set(_ name: String, shape: [Int]) { set(name) { $0.add(7, Self.shape(shape)) } }

  mutating func set(_ name: String, ints: [Int]) {
    var list = ProtobufMessage()
    for number in ints { list.add(3, number) }
    set(name) { $0.add(1, list) }
  }

  /// What the node's result looks like; −1 is any length. TensorFlow itself computes it anew.
  mutating func setResult(shape: [Int]) {
    var list = ProtobufMessage()
    list.add(7, Self.shape(shape))
    set("_output_shapes") { $0.add(1, list) }
  }

  /// A TensorShapeProto.
  static func shape(_ lengths: [Int]) -> ProtobufMessage {
    var message = ProtobufMessage()
    for length in lengths {
      var dimension = ProtobufMessage()
      dimension.add(1, length)
      message.add(2, dimension)
    }
    return message
  }

  /// A TensorProto of bytes.
  static func tensor(type: Int, shape: [Int], content: [UInt8]) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, type)
    message.add(2, Self.shape(shape))
    message.add(4, content)
    return message
  }

  /// A TensorProto of texts.
  static func tensor(texts: [String]) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, TensorFlowType.string)
    message.add(2, shape([texts.count]))
    for text in texts { message.add(8, text) }
    return message
  }
}

/// Kinds of numbers (`DataType` in types.proto).
enum TensorFlowType {
  static let float = 1
  static let int32 = 3
  static let string = 7
}
