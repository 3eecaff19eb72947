internal import GraftCore

extension Graph {
  /// Lets convolutions and matrix products run on whole numbers wherever the scales of what they read are known.
  ///
  /// A result goes to the next layer as whole numbers if all that read it are quantised; else it stays floats, and a
  /// conversion stands before those that are. Expects an optimised graph.
  package func quantizing(_ quantization: Quantization) -> Graph {
    quantizing(formats: Dictionary(quantization.values.map { ($0.name, $0.format) }) { first, _ in first }).graph
  }

  /// The same, with the place of every node's result in the new graph.
  package func quantizing(formats: [String: NumberFormat]) -> (graph: Graph, results: [NodeID]) {
    let names = valueNames
    let formats = names.map { formats[$0] }
    let consumers = consumers
    let outputs = Set(outputs)
    let isQuantized = ids.map { id in
      canBeQuantized(id) && self[id].inputs.allSatisfy { formats[$0.index] != nil }
    }
    func result(_ id: NodeID) -> NumberFormat {
      let readers = consumers[id.index]
      guard let format = formats[id.index], !readers.isEmpty, !outputs.contains(id),
        readers.allSatisfy({ isQuantized[$0.index] })
      else { return .float32 }
      return format
    }

    var results: [NodeID] = []
    var converted: [NodeID: NodeID] = [:]
    let graph = rewritten { id, node, graph in
      var node = node
      if isQuantized[id.index] {
        node.inputs = zip(self[id].inputs, node.inputs).map { original, input in
          guard !graph[input].format.isQuantized, let format = formats[original.index] else { return input }
          if let known = converted[input] { return known }
          let conversion = graph.add(
            Node(
              name: graph[input].name, operation: .convert(.float32, to: format), inputs: [input],
              shape: graph[input].shape))
          converted[input] = conversion
          return conversion
        }
        let kernel: QuantizedOperation.Kernel =
          switch node.operation {
          case .dense(let dense): .dense(dense)
          case .convolution(let convolution): .convolution(convolution)
          default: preconditionFailure("\(node.name): only convolutions and matrix products are quantised.")
          }
        let formats = node.inputs.map { graph[$0].format }
        node.operation = .quantized(
          QuantizedOperation(
            kernel: kernel, source: formats[0], residual: formats.count > 1 ? formats[1] : nil, result: result(id)))
      }
      results.append(graph.add(node))
      return results[results.count - 1]
    }
    return (graph, results)
  }

  /// Whether a node is a convolution or a matrix product that whole numbers are good for.
  ///
  /// What comes after a global pooling costs nothing and decides much (gates, tops): it stays as it is.
  package func canBeQuantized(_ id: NodeID) -> Bool {
    switch self[id].operation {
    case .convolution(let convolution):
      let picture = self[self[id].inputs[0]].shape
      return !convolution.hasAffine && picture[0] * picture[1] > 1
    case .dense: return self[self[id].inputs[0]].shape.rank > 1
    default: return false
    }
  }

  /// The values that quantised nodes would read.
  package var valuesToQuantize: [NodeID] {
    let read = Set(ids.filter(canBeQuantized).flatMap { self[$0].inputs })
    return ids.filter(read.contains)
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
