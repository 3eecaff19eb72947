internal import GraftCore

extension Graph {
  /// Lets convolutions and matrix products run on whole numbers wherever the scales of what they read are known.
  ///
  /// A result goes to the next layer as whole numbers if all that read it are quantised; else it stays floats, and a
  /// conversion stands before those that are. Expects an optimised graph.
  package func quantizing(_ quantization: Quantization) -> Graph { quantizing(quantization.values).graph }

  /// The same, with the place of every node's result in the new graph.
  ///
  /// Scales that differ between channels cost nothing when running: the channels of the kernel and bias before are divided by
  /// them, and those of the kernels behind are multiplied.
  package func quantizing(_ values: [Quantization.Value]) -> (graph: Graph, results: [NodeID]) {
    let known = Dictionary(values.map { ($0.name, $0) }) { first, _ in first }
    let values = valueNames.map { known[$0] }
    let quantizable = quantizableNodes
    let isQuantized = ids.map { id in
      quantizable.contains(id) && self[id].inputs.allSatisfy { values[$0.index] != nil }
    }
    let quantized = Set(ids.filter { isQuantized[$0.index] })
    let passedOn = valuesPassedOn(among: quantized)

    var results: [NodeID] = []
    var converted: [NodeID: NodeID] = [:]
    let graph = rewritten { id, node, graph in
      var node = node
      if isQuantized[id.index] {
        node.inputs = zip(self[id].inputs, node.inputs).map { original, input in
          guard !graph[input].format.isQuantized, let value = values[original.index] else { return input }
          if let known = converted[input] { return known }
          let conversion = graph.add(
            Node(
              name: graph[input].name, operation: .convert(.float32, to: value.format), inputs: [input],
              shape: graph[input].shape))
          converted[input] = conversion
          return conversion
        }
        let result = passedOn.contains(id) ? values[id.index] : nil
        graph.quantize(&node, reading: values[self[id].inputs[0].index], writing: result)
      }
      results.append(graph.add(node))
      return results[results.count - 1]
    }
    return (graph, results)
  }

  private mutating func quantize(
    _ node: inout Node, reading source: Quantization.Value?, writing result: Quantization.Value?
  ) {
    let formats = node.inputs.map { self[$0].format }
    let isScaled = result?.channels.isEmpty == false
    var kernel: QuantizedOperation.Kernel
    switch node.operation {
    case .convolution(var convolution):
      // A scaled result is cut off at its format's limit, which takes the place of 6 in every channel.
      if isScaled, convolution.activation == .relu6 { convolution.activation = .relu }
      kernel = .convolution(convolution)
    case .dense(var dense):
      if isScaled, dense.activation == .relu6 { dense.activation = .relu }
      kernel = .dense(dense)
    default: return
    }
    let quantized = QuantizedOperation(
      kernel: kernel, source: formats[0], residual: formats.count > 1 ? formats[1] : nil,
      result: result?.format ?? .float32)
    let scaling = ChannelScaling(
      quantized.kernel, kernel: self[node.parameters[0]].value, reading: source?.channels ?? [],
      writing: result?.channels ?? [])
    var parameters = node.parameters.map { self[$0] }
    if parameters.count > 1 { parameters[1].value = scaling.bias(parameters[1].value, means: source?.means ?? []) }
    parameters[0].value = scaling.scaledKernel
    node.parameters = parameters.map { add($0) }
    node.operation = .quantized(quantized)
  }

  /// The convolutions and matrix products that whole numbers are good for.
  ///
  /// What comes after a global pooling costs nothing and decides much (gates, tops): it stays as it is.
  package var quantizableNodes: Set<NodeID> {
    Set(
      ids.filter { id in
        switch self[id].operation {
        case .convolution(let convolution):
          let picture = self[self[id].inputs[0]].shape
          return !convolution.hasAffine && picture[0] * picture[1] > 1
        case .dense: return self[self[id].inputs[0]].shape.rank > 1
        default: return false
        }
      })
  }

  /// The results that go on as whole numbers: all that read them are quantised.
  package func valuesPassedOn(among quantized: Set<NodeID>) -> Set<NodeID> {
    let consumers = consumers
    let outputs = Set(outputs)
    return quantized.filter { id in
      let readers = consumers[id.index]
      return !readers.isEmpty && !outputs.contains(id) && readers.allSatisfy(quantized.contains)
    }
  }

  /// Whether a value is never negative, whatever the input.
  package func isNonNegative(_ id: NodeID) -> Bool {
    let node = self[id]
    return switch node.operation {
    case .convolution(let convolution): convolution.activation.isNonNegative
    case .dense(let dense): dense.activation.isNonNegative
    case .activation(let activation): activation.isNonNegative
    case .pooling, .globalPooling, .reshape, .zeroPadding, .add, .multiply, .concatenate:
      node.inputs.allSatisfy(isNonNegative)
    default: false
    }
  }
}

extension Activation {
  /// Whether results are never negative.
  fileprivate var isNonNegative: Bool {
    switch self {
    case .relu, .relu6, .sigmoid, .hardSigmoid, .softmax, .softplus, .exponential: true
    case .linear, .tanh, .swish, .gelu, .elu, .selu, .softsign, .hardSwish, .leakyReLU, .mish: false
    }
  }
}
