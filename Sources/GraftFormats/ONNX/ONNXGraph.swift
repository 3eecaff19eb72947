internal import GraftCore

/// An ONNX model that is being built: nodes, constants, one input and one output, all float32.
///
/// Field numbers: onnx.proto of ONNX 1.12 (IR version 8), operators of opset 17.
struct ONNXGraph {
  static let irVersion = 8
  static let opset = 17

  private var nodes: [ProtobufMessage] = []
  private var initializers: [ProtobufMessage] = []
  private var names: Set<String> = []
  /// The number of constants' elements, for the limit of a Protocol Buffers message.
  private(set) var elementCount = 0

  /// A name that nothing else has.
  mutating func unique(_ name: String) -> String {
    var result = name
    var number = 1
    while !names.insert(result).inserted {
      number += 1
      result = "\(name)_\(number)"
    }
    return result
  }

  /// Appends an operation and returns the name of its result.
  mutating func add(
    _ type: String, _ inputs: [String], _ attributes: KeyValuePairs<String, ONNXAttribute> = [:], name: String
  ) -> String {
    let result = unique("\(name)/\(type)")
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, result)
    node.add(3, result)
    node.add(4, type)
    for (name, attribute) in attributes { node.add(5, attribute.message(named: name)) }
    nodes.append(node)
    return result
  }

  /// Adds a constant and returns its name.
  mutating func add(_ tensor: Tensor, name: String) -> String {
    let name = unique(name)
    var message = ProtobufMessage()
    for length in tensor.shape.dimensions { message.add(1, length) }
    message.add(2, 1)
    message.add(8, name)
    message.add(9, tensor.withUnsafeBufferPointer { Array(UnsafeRawBufferPointer($0)) })
    initializers.append(message)
    elementCount += tensor.count
    return name
  }

  /// Adds a constant list of whole numbers and returns its name.
  mutating func add(_ numbers: [Int], name: String) -> String {
    let name = unique(name)
    var message = ProtobufMessage()
    message.add(1, numbers.count)
    message.add(2, 7)
    message.add(8, name)
    message.add(9, numbers.flatMap { ZipRecord.little($0, 8) })
    initializers.append(message)
    return name
  }

  /// Gives a result the name of the model's output.
  mutating func end(with result: String, as output: String) {
    var node = ProtobufMessage()
    node.add(1, result)
    node.add(2, output)
    node.add(3, output)
    node.add(4, "Identity")
    nodes.append(node)
  }

  /// The whole model.
  ///
  /// - Parameters:
  ///   - name: The graph's name.
  ///   - input: The input's name and the shape of one sample; a batch axis of any length comes before it.
  ///   - output: The same for the result.
  ///   - metadata: Texts that travel along.
  func bytes(
    name: String, input: (name: String, shape: Shape), output: (name: String, shape: Shape),
    metadata: [(key: String, value: String)]
  ) throws -> [UInt8] {
    guard elementCount < 1 << 29 else {
      throw GraftError(
        .unsupported, "The network has \(elementCount) weights; an ONNX file without external data holds 2 GiB.")
    }
    var graph = ProtobufMessage()
    for node in nodes { graph.add(1, node) }
    graph.add(2, name)
    for initializer in initializers { graph.add(5, initializer) }
    graph.add(11, value(input.name, input.shape))
    graph.add(12, value(output.name, output.shape))
    var opset = ProtobufMessage()
    opset.add(1, "")
    opset.add(2, Self.opset)
    var model = ProtobufMessage()
    model.add(1, Self.irVersion)
    model.add(2, "Graft")
    model.add(3, GraftVersion.current)
    model.add(7, graph)
    model.add(8, opset)
    for (key, value) in metadata {
      var entry = ProtobufMessage()
      entry.add(1, key)
      entry.add(2, value)
      model.add(14, entry)
    }
    return model.bytes
  }

  /// A ValueInfoProto of float32.
  private func value(_ name: String, _ shape: Shape) -> ProtobufMessage {
    var lengths = ProtobufMessage()
    var batch = ProtobufMessage()
    batch.add(2, "batch")
    lengths.add(1, batch)
    for length in shape.dimensions {
      var dimension = ProtobufMessage()
      dimension.add(1, length)
      lengths.add(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, 1)
    tensor.add(2, lengths)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
