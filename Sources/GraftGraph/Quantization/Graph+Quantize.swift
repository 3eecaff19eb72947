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
    // Numbers of a file that are more or fewer than the channels are none.
    let named = zip(ids, valueNames).map { id, name in
      known[name].flatMap { $0.fits(channels: self[id].shape.dimensions.last ?? 0) ? $0 : nil }
    }
    let quantizable = quantizableNodes
    let quantized = Set(
      ids.filter { id in quantizable.contains(id) && self[id].inputs.allSatisfy { named[$0.index] != nil } })
    let passedOn = valuesPassedOn(among: quantized)
    let values = fitted(named, passedOn)

    var results: [NodeID] = []
    var converted: [NodeID: NodeID] = [:]
    let graph = rewritten { id, node, graph in
      var node = node
      if quantized.contains(id) {
        let result = passedOn.contains(id) ? values[id.index] : nil
        node.inputs = self[id].inputs.enumerated().map { place, original in
          let input = node.inputs[place]
          guard let value = values[original.index] else { return input }
          // What is added to floats must be floats.
          if place == 1, result == nil { return graph.floats(input, value) }
          if graph[input].format.isQuantized { return input }
          let conversion = converted[input] ?? graph.add(.convert(.float32, to: value.format), of: input)
          converted[input] = conversion
          return conversion
        }
        graph.quantize(&node, reading: values[self[id].inputs[0].index], writing: result)
      }
      results.append(graph.add(node))
      return results[results.count - 1]
    }
    return (graph, results)
  }

  /// Values whose channels have scales of their own only where they can be taken into kernels: results that go on as whole
  /// numbers, and are added to what has the same. That may be fewer than when they were found, where less is quantised.
  private func fitted(_ values: [Quantization.Value?], _ passedOn: Set<NodeID>) -> [Quantization.Value?] {
    var values = values
    for id in ids {
      guard let value = values[id.index], !value.channels.isEmpty else { continue }
      let isSum = passedOn.contains(id) && self[id].inputs.count > 1
      if !passedOn.contains(id) || (isSum && values[self[id].inputs[1].index]?.channels != value.channels) {
        values[id.index] = value.withoutChannels
      }
    }
    return values
  }

  private mutating func add(_ operation: Operation, of input: NodeID, parameters: [ParameterID] = []) -> NodeID {
    add(
      Node(
        name: self[input].name, operation: operation, inputs: [input], parameters: parameters, shape: self[input].shape)
    )
  }

  /// A value as floats. Scales of channels are taken back by a depthwise kernel of them, which is exact: each is 127 times its
  /// scale.
  private mutating func floats(_ input: NodeID, _ value: Quantization.Value) -> NodeID {
    let format = self[input].format
    guard format.isQuantized else { return input }
    guard !value.channels.isEmpty else { return add(.convert(format, to: .float32), of: input) }
    let count = value.channels.count
    let kernel = add(
      Parameter(
        name: "\(self[input].name)/scales", value: Tensor(shape: [1, 1, count, 1], value.channels), role: .frozen))
    let convolution = ConvolutionOperation(
      kernelSize: 1, groups: count, filters: count, isDepthwise: true, hasBias: false)
    return add(
      .quantized(QuantizedOperation(kernel: .convolution(convolution), source: format, result: .float32)), of: input,
      parameters: [kernel])
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
    var quantized = QuantizedOperation(
      kernel: kernel, source: formats[0], residual: formats.count > 1 ? formats[1] : nil,
      result: result?.format ?? .float32)
    quantized.addend = result?.addend
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
}
