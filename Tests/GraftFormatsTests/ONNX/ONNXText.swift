@testable import GraftFormats

/// Small ONNX files for tests that no exporter would write.
struct ONNXText {
  var nodes: [ProtobufMessage] = []
  var constants: [ProtobufMessage] = []
  var opset = 17
  var lengths: [Int?] = [nil, 3, 8, 8]
  var outputs = ["y"]

  mutating func node(
    _ type: String, _ inputs: [String], _ outputs: [String], _ attributes: [(String, [Int])] = [],
    numbers: [(String, Float)] = [], domain: String = ""
  ) {
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    for output in outputs { node.add(2, output) }
    node.add(3, "the_\(type)")
    node.add(4, type)
    for (name, values) in attributes {
      var attribute = ProtobufMessage()
      attribute.add(1, name)
      if values.count == 1 { attribute.add(3, values[0]) }
      for value in values where values.count > 1 { attribute.add(8, value) }
      attribute.add(20, values.count == 1 ? 2 : 7)
      node.add(5, attribute)
    }
    for (name, value) in numbers { node.add(5, ONNXAttribute.float(value).message(named: name)) }
    if !domain.isEmpty { node.add(7, domain) }
    nodes.append(node)
  }

  /// A constant of zeros (or of whole numbers), whose shape may lie.
  mutating func constant(_ name: String, _ shape: [Int], floats: Int? = nil, ints: [Int]? = nil) {
    var message = ProtobufMessage()
    for length in shape { message.add(1, length) }
    message.add(2, ints == nil ? 1 : 7)
    message.add(8, name)
    if let ints {
      for value in ints { message.add(7, value) }
    } else {
      message.add(9, [UInt8](repeating: 0, count: 4 * (floats ?? shape.reduce(1, *))))
    }
    constants.append(message)
  }

  var bytes: [UInt8] {
    func value(_ name: String, _ lengths: [Int?]) -> ProtobufMessage {
      var shape = ProtobufMessage()
      for length in lengths {
        var dimension = ProtobufMessage()
        if let length { dimension.add(1, length) }
        shape.add(1, dimension)
      }
      var tensor = ProtobufMessage()
      tensor.add(1, 1)
      tensor.add(2, shape)
      var type = ProtobufMessage()
      type.add(1, tensor)
      var value = ProtobufMessage()
      value.add(1, name)
      value.add(2, type)
      return value
    }
    var graph = ProtobufMessage()
    for node in nodes { graph.add(1, node) }
    for constant in constants { graph.add(5, constant) }
    graph.add(11, value("x", lengths))
    for output in outputs { graph.add(12, value(output, [nil])) }
    var version = ProtobufMessage()
    version.add(2, opset)
    var model = ProtobufMessage()
    model.add(1, 8)
    model.add(7, graph)
    model.add(8, version)
    return model.bytes
  }
}
