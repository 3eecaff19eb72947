internal import GraftCore
internal import GraftGraph

/// Turns an optimised graph into a `TensorProgram`, node by node.
struct ProgramTranslation {
  var program: TensorProgram
  let graph: Graph
  private var values: [Int] = []
  /// Layers that are computed with whole numbers, and those that Graft computes so and the format cannot.
  var wholeNumbers = (kept: 0, asFloats: 0)

  var dialect: TensorProgram.Dialect { program.dialect }

  /// Translates all of the graph.
  ///
  /// - Throws: `GraftError.unsupported` for an operation that has no translation, with its layer's name.
  init(_ graph: Graph, _ dialect: TensorProgram.Dialect) throws {
    self.graph = graph
    program = TensorProgram(dialect)
    for id in graph.ids { values.append(try translate(graph[id])) }
    guard let result = graph.outputs.first else { throw GraftError(.invalidArgument, "The network has no output.") }
    program.output = values[result.index]
    if program.output == program.input {
      // A result of its own is what both formats want.
      program.output = program.step(
        .reshape(graph[result].shape), [program.input], shape: graph[result].shape, name: "output")
    }
  }

  // MARK: Values

  /// The value of a node's operand.
  func value(_ node: Node, _ index: Int = 0) -> Int { values[node.inputs[index].index] }

  /// The value of one of a node's weights, as it is.
  mutating func weight(_ node: Node, _ index: Int) -> Int {
    let parameter = graph[node.parameters[index]]
    return program.constant(parameter.value, name: parameter.name)
  }

  // MARK: Operations

  private mutating func translate(_ node: Node) throws -> Int {
    let name = node.name
    switch node.operation {
    case .input:
      program.input = program.add(TensorProgram.Value(name: name, shape: node.shape))
      return program.input
    case .convolution(let convolution): return try translate(convolution, node)
    case .dense(let dense): return translate(dense, node)
    case .batchNormalization(let normalization):
      guard !normalization.usesBatchStatistics else { throw unknown(node) }
      let affine = ChannelAffine(normalization, node.parameters.map { graph[$0].value })
      return self.affine(
        value(node), Tensor(affine.scale.map { Float($0) }), Tensor(affine.offset.map { Float($0) }),
        normalization.activation, node)
    case .rescaling(let scale, let offset):
      return affine(value(node), Tensor([scale]), Tensor([offset]), .linear, node)
    case .activation(let activation): return apply(activation, to: value(node), name: name)
    case .globalPooling(let pooling):
      return program.step(
        .poolingOfAll(pooling.kind, keepsDimensions: pooling.keepsDimensions), [value(node)], shape: node.shape,
        name: name)
    case .pooling(let pooling): return try translate(pooling, node)
    case .layerNormalization(let normalization):
      let parameters = node.parameters.map { graph[$0].value }
      return program.normalizeRows(
        value(node), normalization, gamma: normalization.hasScale ? parameters[0] : nil,
        beta: normalization.hasOffset ? parameters[parameters.count - 1] : nil, name: name)
    case .zeroPadding(let padding): return program.step(.pad(padding), [value(node)], shape: node.shape, name: name)
    case .cropping(let sides): return program.step(.crop(sides), [value(node)], shape: node.shape, name: name)
    case .add:
      let operands = node.inputs.indices.map { value(node, $0) }
      return operands.dropFirst().reduce(operands[0]) {
        program.step(.add, [$0, $1], shape: node.shape, name: name)
      }
    case .multiply:
      return program.step(.multiply, [value(node, 0), value(node, 1)], shape: node.shape, name: name)
    case .concatenate(let axis):
      guard node.inputs.count <= TensorProgram.mostOperands else { throw tooLarge(node) }
      return program.step(
        .concatenate(axis: axis), node.inputs.indices.map { value(node, $0) }, shape: node.shape, name: name)
    case .reshape(let shape): return program.step(.reshape(shape), [value(node)], shape: shape, name: name)
    case .elementwise(let function): return try translate(function, node)
    case .parametricRectifier: return translateParametricRectifier(node)
    case .maximum:
      return program.step(.maximum, [value(node, 0), value(node, 1)], shape: node.shape, name: name)
    case .transpose(let order): return transpose(value(node), order, name)
    case .resample(let resample): return try translate(resample, node)
    case .transposedConvolution(let transposed): return try translate(transposed, node)
    case .unitNormalization(let epsilon): return program.unitRows(value(node), epsilon: epsilon, name: name)
    case .matrixProduct(let transposesFirst, let transposesSecond):
      return program.step(
        .matrixProduct(transposesFirst: transposesFirst, transposesSecond: transposesSecond),
        [value(node, 0), value(node, 1)], shape: node.shape, name: name)
    case .repetition(let shape): return try translateRepetition(to: shape, node)
    case .quantized(let quantized): return try translate(quantized, node)
    case .convert(let source, let result):
      guard dialect == .tflite, source != result else { throw unknown(node) }
      let format = AffineFormat(result)
      return program.step(
        format == nil ? .dequantize : .quantize, [value(node)], shape: node.shape, name: name, format: format)
    default: throw unknown(node)
    }
  }

  func unknown(_ node: Node) -> GraftError {
    GraftError(
      .unsupported,
      "Layer \"\(node.name)\" computes an operation that \(format) export does not know: \(node.operation.summary).")
  }

  func tooLarge(_ node: Node) -> GraftError {
    GraftError(
      .unsupported,
      """
      Layer "\(node.name)" would take more zeros, copies or numbers than \(format) export writes for one operation: \
      \(node.operation.summary).
      """)
  }

  private var format: String { dialect == .tflite ? "TFLite" : "SavedModel" }
}
