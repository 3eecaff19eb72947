internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Primitive.PoolingKind {
  init(_ kind: GlobalPoolingOperation.Kind) {
    switch kind {
    case .average: self = .average
    case .max: self = .max
    }
  }
}

extension Lowering {
  mutating func lower(_ pooling: GlobalPoolingOperation, _ id: NodeID, _ node: Node) throws -> Operand {
    let source = try value(node.inputs[0])
    let channels = node.shape[-1]
    let primitive = try Primitive.globalPooling(
      .init(pooling.kind), source: source.layout,
      destination: isTraining ? pixelLayout(channels) : MemoryDescriptor(any: [batchSize, channels, 1, 1]),
      isTraining: isTraining)
    let result = newOperand(try primitive.layout(of: .destination))
    var operands: [(Argument, Operand)] = [(.source, source), (.destination, result)]
    if isTraining, pooling.kind == .max {
      let workspace = newOperand(try primitive.layout(of: .workspace))
      operands.append((.workspace, workspace))
      savedStates[id] = [workspace]
    }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    let plain = try reordered(result, to: pixelLayout(channels), name: node.name)
    return Operand(storage: plain.storage, layout: try plainLayout(node.shape))
  }

  mutating func lowerPoolingGradient(_ pooling: GlobalPoolingOperation, _ node: Node) throws -> Operand {
    guard let forward = node.forward else {
      throw GraftError(.invalidArgument, "\(node.name): a pooling gradient without its forward node.")
    }
    let source = try value(graph[forward].inputs[0]).layout
    let gradient = Operand(storage: try plain(node.inputs[0]).storage, layout: try pixelLayout(node.shape[2]))
    let primitive = try Primitive.globalPoolingGradient(
      .init(pooling.kind), source: source, destination: gradient.layout)
    let result = newOperand(source)
    var operands: [(Argument, Operand)] = [(.destinationGradient, gradient), (.sourceGradient, result)]
    if let workspace = savedStates[forward]?.first { operands.append((.workspace, workspace)) }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return result
  }

  /// One pixel per sample: the same memory as a row of channels.
  private func pixelLayout(_ channels: Int) throws -> MemoryDescriptor {
    try MemoryDescriptor(channelsLast: batchSize, channels: channels, height: 1, width: 1)
  }
}
