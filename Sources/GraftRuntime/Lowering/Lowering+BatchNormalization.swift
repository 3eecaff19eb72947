internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  mutating func lower(_ normalization: BatchNormalizationOperation, _ id: NodeID, _ node: Node) throws -> Operand {
    let usesBatch = normalization.usesBatchStatistics && isTraining
    let source = try normalizationView(node.inputs[0])
    let channels = node.shape[-1]
    let options = options(normalization)
    let primitive = try Primitive.batchNormalization(
      source: source.layout, epsilon: normalization.epsilon, options: options, isTraining: usesBatch)
    let result = newOperand(source.layout)
    var operands: [(Argument, Operand)] = [(.source, source), (.destination, result)]
    operands += try affine(normalization, node)

    let vector = try MemoryDescriptor(rowMajor: [channels])
    let statistics = node.parameters.suffix(2)
    let moving = try statistics.map { try parameter($0, layout: vector) }
    let used = usesBatch ? [newOperand(vector), newOperand(vector)] : moving
    operands += [(.mean, used[0]), (.variance, used[1])]
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    savedStates[id] = used
    if usesBatch {
      let kernel = MovingStatisticsKernel(count: channels, momentum: normalization.momentum)
      append("\(node.name): update moving mean", kernel, [used[0], moving[0]])
      append("\(node.name): update moving variance", kernel, [used[1], moving[1]])
    }
    return node.shape.rank == 3 ? result : Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  /// dx and, where wanted, the gradients of gamma and beta, from (x, dy).
  mutating func lowerNormalizationGradient(_ normalization: BatchNormalizationOperation, _ node: Node) throws -> Operand
  {
    guard let forward = node.forward, let statistics = savedStates[forward] else {
      throw GraftError(.invalidArgument, "\(node.name): the forward pass kept no statistics.")
    }
    let source = try normalizationView(node.inputs[0])
    let gradient = try reordered(try normalizationView(node.inputs[1]), to: source.layout, name: node.name)
    let wantsParameters = !node.gradients.isEmpty
    var options = options(normalization)
    if !wantsParameters { options.hasOffset = false }
    let primitive = try Primitive.batchNormalizationGradient(
      source: source.layout, epsilon: normalization.epsilon, options: options)
    let result = newOperand(source.layout)
    var operands: [(Argument, Operand)] = [
      (.source, source), (.mean, statistics[0]), (.variance, statistics[1]), (.destinationGradient, gradient),
      (.sourceGradient, result),
    ]
    let vector = try MemoryDescriptor(rowMajor: [node.shape[-1]])
    for (argument, target, id) in parameterPlaces(normalization, node) {
      if argument == .scale { operands.append((argument, try parameter(id, layout: vector))) }
      guard options.hasScale && argument == .scale || options.hasOffset && argument == .shift else { continue }
      // oneDNN writes the gradients of all that it multiplies and adds; those nobody wants go to scratch memory.
      let place = node.gradients.contains(id) ? try self.gradient(id, layout: vector) : newOperand(vector)
      operands.append((target, place))
    }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return node.shape.rank == 3 ? result : Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  private func options(_ normalization: BatchNormalizationOperation) -> Primitive.NormalizationOptions {
    Primitive.NormalizationOptions(
      hasScale: normalization.hasScale, hasOffset: normalization.hasOffset,
      usesGivenStatistics: !(normalization.usesBatchStatistics && isTraining))
  }

  private mutating func affine(_ normalization: BatchNormalizationOperation, _ node: Node) throws -> [(
    Argument, Operand
  )] {
    let vector = try MemoryDescriptor(rowMajor: [node.shape[-1]])
    return try parameterPlaces(normalization, node).map { ($0.argument, try parameter($0.id, layout: vector)) }
  }

  private func parameterPlaces(
    _ normalization: BatchNormalizationOperation, _ node: Node
  ) -> [(argument: Argument, gradient: Argument, id: ParameterID)] {
    var rest = node.parameters[...]
    var result: [(Argument, Argument, ParameterID)] = []
    if normalization.hasScale { result.append((.scale, .scaleGradient, rest.removeFirst())) }
    if normalization.hasOffset { result.append((.shift, .shiftGradient, rest.removeFirst())) }
    return result
  }

  /// Pictures as they lie; anything else as rows of channels, with height and width 1.
  private mutating func normalizationView(_ id: NodeID) throws -> Operand {
    if graph[id].shape.rank == 3 { return try value(id) }
    let rows = try matrix(id)
    let dimensions = rows.layout.dimensions
    return Operand(
      storage: rows.storage,
      layout: try MemoryDescriptor(channelsLast: dimensions[0], channels: dimensions[1], height: 1, width: 1))
  }
}
