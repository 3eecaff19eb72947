internal import GraftCore
internal import GraftGraph

/// Turns a graph into ONNX, node by node.
///
/// ONNX's picture operations want channels first; Graft's pictures have them last. Each value is kept in the order in which
/// it came to be and turned where an operation needs the other one, so that in practice the picture is turned once.
struct ONNXTranslation {
  /// How a value of three axes lies in memory; others have but one order.
  enum Order { case channelsLast, channelsFirst }

  var onnx = ONNXGraph()
  let graph: Graph
  private var values: [NodeID: [Order: String]] = [:]
  private var constants: [String: String] = [:]
  private var scalars: [Float: String] = [:]

  init(_ graph: Graph) { self.graph = graph }

  /// Translates all of the graph; returns the name of its output.
  ///
  /// - Throws: `GraftError.unsupported` for an operation that has no translation, with its layer's name.
  mutating func run(input: String, output: String) throws -> String {
    _ = onnx.unique(input)
    _ = onnx.unique(output)
    for id in graph.ids {
      let node = graph[id]
      if node.operation == .input {
        values[id] = [.channelsLast: input]
      } else {
        try translate(node, id)
      }
    }
    guard let result = graph.outputs.first else { throw GraftError(.invalidArgument, "The network has no output.") }
    return value(result, .channelsLast)
  }

  // MARK: Values

  /// A node's result in an order.
  mutating func value(_ id: NodeID, _ order: Order) -> String {
    let known = values[id] ?? [:]
    if graph[id].shape.rank != 3 { return known[.channelsLast] ?? "" }
    if let name = known[order] { return name }
    let other = known[order == .channelsFirst ? .channelsLast : .channelsFirst] ?? ""
    let permutation = order == .channelsFirst ? [0, 3, 1, 2] : [0, 2, 3, 1]
    let name = onnx.add("Transpose", [other], ["perm": .ints(permutation)], name: graph[id].name)
    values[id, default: [:]][order] = name
    return name
  }

  mutating func set(_ id: NodeID, _ order: Order, _ name: String) {
    values[id] = [graph[id].shape.rank == 3 ? order : .channelsLast: name]
  }

  /// The order in which an element-wise operation takes its operands: as pictures are, if one of them is there already.
  func commonOrder(of inputs: [NodeID]) -> Order {
    inputs.contains { graph[$0].shape.rank == 3 && values[$0]?[.channelsFirst] != nil } ? .channelsFirst : .channelsLast
  }

  // MARK: Constants

  /// A weight, once for all that read it in the same form.
  mutating func constant(_ id: ParameterID, form: String = "", _ transform: (Tensor) -> Tensor = { $0 }) -> String {
    let key = "\(id.index) \(form)"
    if let known = constants[key] { return known }
    let parameter = graph[id]
    let name = onnx.add(transform(parameter.value), name: parameter.name)
    constants[key] = name
    return name
  }

  mutating func scalar(_ value: Float) -> String {
    if let known = scalars[value] { return known }
    let name = onnx.add(Tensor(shape: [], [value]), name: "constant_\(value)")
    scalars[value] = name
    return name
  }

  // MARK: Operations

  private mutating func translate(_ node: Node, _ id: NodeID) throws {
    switch node.operation {
    case .convolution(let convolution): try translate(convolution, node, id)
    case .dense(let dense): try translate(dense, node, id)
    case .batchNormalization(let normalization): try translate(normalization, node, id)
    case .activation(let activation):
      let order = activation == .softmax ? .channelsLast : commonOrder(of: node.inputs)
      let input = value(node.inputs[0], order)
      set(id, order, apply(activation, to: input, name: node.name))
    case .globalPooling(let pooling):
      let input = value(node.inputs[0], .channelsFirst)
      let type = pooling.kind == .average ? "GlobalAveragePool" : "GlobalMaxPool"
      let pooled = onnx.add(type, [input], name: node.name)
      set(
        id, .channelsFirst,
        pooling.keepsDimensions ? pooled : onnx.add("Flatten", [pooled], ["axis": .int(1)], name: node.name))
    case .pooling(let pooling):
      let input = value(node.inputs[0], .channelsFirst)
      let window: [Int] = [pooling.window.height, pooling.window.width]
      let strides: [Int] = [pooling.strides.height, pooling.strides.width]
      let result =
        pooling.kind == .max
        ? onnx.add(
          "MaxPool", [input],
          ["kernel_shape": .ints(window), "strides": .ints(strides), "pads": .ints(pooling.padding.onnx)],
          name: node.name)
        : onnx.add(
          "AveragePool", [input],
          [
            "kernel_shape": .ints(window), "strides": .ints(strides), "pads": .ints(pooling.padding.onnx),
            "count_include_pad": .int(0),
          ], name: node.name)
      set(id, .channelsFirst, result)
    case .layerNormalization(let normalization): translate(normalization, node, id)
    case .zeroPadding(let padding):
      let pads = onnx.add(
        [0, 0, padding.top, padding.left, 0, 0, padding.bottom, padding.right], name: "\(node.name)/pads")
      let input = value(node.inputs[0], .channelsFirst)
      set(id, .channelsFirst, onnx.add("Pad", [input, pads], name: node.name))
    case .cropping(let cropping):
      let shape = graph[node.inputs[0]].shape
      let starts = onnx.add([cropping.top, cropping.left], name: "\(node.name)/starts")
      let ends = onnx.add([shape[0] - cropping.bottom, shape[1] - cropping.right], name: "\(node.name)/ends")
      let axes = onnx.add([2, 3], name: "\(node.name)/axes")
      let input = value(node.inputs[0], .channelsFirst)
      set(id, .channelsFirst, onnx.add("Slice", [input, starts, ends, axes], name: node.name))
    case .add:
      let order = commonOrder(of: node.inputs)
      let operands = node.inputs.map { value($0, order) }
      set(id, order, operands.dropFirst().reduce(operands[0]) { onnx.add("Add", [$0, $1], name: node.name) })
    case .multiply:
      let order = commonOrder(of: node.inputs)
      let operands = node.inputs.map { value($0, order) }
      set(id, order, onnx.add("Mul", operands, name: node.name))
    case .concatenate(let axis):
      let order = commonOrder(of: node.inputs)
      let operands = node.inputs.map { value($0, order) }
      let place = order == .channelsFirst ? [2, 3, 1][axis] : axis + 1
      set(id, order, onnx.add("Concat", operands, ["axis": .int(place)], name: node.name))
    case .reshape(let shape):
      let input = value(node.inputs[0], .channelsLast)
      // 0 keeps the batch.
      let lengths = onnx.add([0] + shape.dimensions, name: "\(node.name)/shape")
      set(id, .channelsLast, onnx.add("Reshape", [input, lengths], name: node.name))
    case .rescaling(let scale, let offset):
      let order = commonOrder(of: node.inputs)
      let scaled = onnx.add("Mul", [value(node.inputs[0], order), scalar(scale)], name: node.name)
      set(id, order, offset == 0 ? scaled : onnx.add("Add", [scaled, scalar(offset)], name: node.name))
    default: try translateOther(node, id)
    }
  }
}
