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

extension Primitive.PoolingGeometry {
  init(_ pooling: PoolingOperation) {
    self.init(
      window: [pooling.window.height, pooling.window.width], strides: [pooling.strides.height, pooling.strides.width],
      paddingBefore: [pooling.padding.top, pooling.padding.left],
      paddingAfter: [pooling.padding.bottom, pooling.padding.right])
  }
}

extension Lowering {
  mutating func lower(_ pooling: PoolingOperation, _ id: NodeID, _ node: Node) throws -> Operand {
    let shape = node.shape
    let destination =
      isTraining
      ? try plainLayout(shape) : try MemoryDescriptor(any: [batchSize, shape[2], shape[0], shape[1]])
    return try pool(pooling.kind, Primitive.PoolingGeometry(pooling), to: destination, id, node)
  }

  mutating func lower(_ pooling: GlobalPoolingOperation, _ id: NodeID, _ node: Node) throws -> Operand {
    let channels = node.shape[-1]
    let result = try pool(
      pooling.kind, Primitive.PoolingGeometry(covering: value(node.inputs[0]).layout),
      to: isTraining ? pixelLayout(channels) : MemoryDescriptor(any: [batchSize, channels, 1, 1]), id, node)
    let plain = try reordered(result, to: pixelLayout(channels), name: node.name)
    return Operand(storage: plain.storage, layout: try plainLayout(node.shape))
  }

  mutating func lowerPoolingGradient(_ pooling: PoolingOperation, _ node: Node) throws -> Operand {
    try poolGradient(pooling.kind, try plain(node.inputs[0]), node) { _ in Primitive.PoolingGeometry(pooling) }
  }

  mutating func lowerPoolingGradient(_ pooling: GlobalPoolingOperation, _ node: Node) throws -> Operand {
    let gradient = Operand(storage: try plain(node.inputs[0]).storage, layout: try pixelLayout(node.shape[2]))
    return try poolGradient(pooling.kind, gradient, node) { Primitive.PoolingGeometry(covering: $0) }
  }

  private mutating func pool(
    _ kind: GlobalPoolingOperation.Kind, _ geometry: Primitive.PoolingGeometry, to destination: MemoryDescriptor,
    _ id: NodeID, _ node: Node
  ) throws -> Operand {
    let source = try value(node.inputs[0])
    let primitive = try Primitive.pooling(
      .init(kind), geometry, source: source.layout, destination: destination, isTraining: isTraining)
    let result = newOperand(try primitive.layout(of: .destination))
    var operands: [(Argument, Operand)] = [(.source, source), (.destination, result)]
    if isTraining, kind == .max {
      let workspace = newOperand(try primitive.layout(of: .workspace))
      operands.append((.workspace, workspace))
      savedStates[id] = [workspace]
    }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return result
  }

  private mutating func poolGradient(
    _ kind: GlobalPoolingOperation.Kind, _ gradient: Operand, _ node: Node,
    _ geometry: (MemoryDescriptor) -> Primitive.PoolingGeometry
  ) throws -> Operand {
    guard let forward = node.forward else {
      throw GraftError(.invalidArgument, "\(node.name): a pooling gradient without its forward node.")
    }
    let source = try value(graph[forward].inputs[0]).layout
    let primitive = try Primitive.poolingGradient(
      .init(kind), geometry(source), source: source, destination: gradient.layout)
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
