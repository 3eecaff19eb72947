internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  mutating func lower(_ normalization: BatchNormalizationOperation, _ id: NodeID, _ node: Node) throws -> Operand {
    if normalization.usesBatchStatistics && isTraining {
      return try lowerByBatch(normalization, id, node)
    }
    if !isTraining, node.shape.rank == 3, node.shape[2] <= 4, normalization.activation == .linear,
      node.parameters.allSatisfy(isConstant)
    {
      return try lowerPixelAffine(ChannelAffine(normalization, node.parameters.map { graph[$0].value }), node)
    }
    let source = try normalizationView(node.inputs[0])
    let primitive = try Primitive.batchNormalization(
      source: source.layout, epsilon: normalization.epsilon, options: options(normalization), isTraining: false,
      attributes: Attributes(function: ElementwiseFunction(normalization.activation)))
    // In place where nothing else reads the picture.
    let result = isLastUse(of: source.storage) ? source : newOperand(source.layout)
    var operands: [(Argument, Operand)] = [(.source, source), (.destination, result)]
    operands += try affine(normalization, node)
    let vector = try MemoryDescriptor(rowMajor: [node.shape[-1]])
    let moving = try node.parameters.suffix(2).map { try parameter($0, layout: vector) }
    operands += [(.mean, moving[0]), (.variance, moving[1])]
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    savedStates[id] = moving
    return node.shape.rank == 3 ? result : Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  private mutating func lowerPixelAffine(_ affine: ChannelAffine, _ node: Node) throws -> Operand {
    let source = try plain(node.inputs[0])
    let result = newOperand(source.layout)
    append(
      "\(node.name): \(node.operation.summary)",
      PixelAffineKernel(
        count: source.layout.elementCount, scale: affine.scale.map { Float($0) },
        offset: affine.offset.map { Float($0) }), [source, result])
    return result
  }

  /// By the statistics of the batch: kernels of ours, since statistics are shared by the workers that have parts of the
  /// batch, and since oneDNN's pass memory more often: it knows no fused relu6.
  private mutating func lowerByBatch(
    _ normalization: BatchNormalizationOperation, _ id: NodeID, _ node: Node
  ) throws -> Operand {
    let channels = node.shape[-1]
    let rows = batchSize * node.shape.count / channels
    let source = try plain(node.inputs[0])
    let vector = try MemoryDescriptor(rowMajor: [channels])
    let affine = newOperand(try MemoryDescriptor(rowMajor: [4, channels]))
    var operands = [source]
    operands += try node.parameters.suffix(2).map { try parameter($0, layout: vector) }
    operands += [affine, try normalizationScratch(channels)]
    operands += try parameterPlaces(normalization, node).map { try parameter($0.id, layout: vector) }
    append(
      "\(node.name): statistics of the batch",
      BatchStatisticsKernel(
        rows: rows, channels: channels, epsilon: normalization.epsilon, momentum: normalization.momentum,
        hasScale: normalization.hasScale, hasOffset: normalization.hasOffset),
      operands)
    let result = newOperand(source.layout)
    append(
      "\(node.name): \(node.operation.summary)",
      NormalizationKernel(rows: rows, channels: channels, activation: normalization.activation),
      [source, affine, result])
    savedStates[id] = [affine]
    return result
  }

  /// dx and, where wanted, the gradients of gamma and beta, from (x, dy).
  mutating func lowerNormalizationGradient(_ normalization: BatchNormalizationOperation, _ node: Node) throws -> Operand
  {
    guard let forward = node.forward, let saved = savedStates[forward] else {
      throw GraftError(.invalidArgument, "\(node.name): the forward pass kept no statistics.")
    }
    if normalization.usesBatchStatistics && isTraining {
      return try lowerGradientByBatch(normalization, node, affine: saved[0])
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
      (.source, source), (.mean, saved[0]), (.variance, saved[1]), (.destinationGradient, gradient),
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

  private mutating func lowerGradientByBatch(
    _ normalization: BatchNormalizationOperation, _ node: Node, affine: Operand
  ) throws -> Operand {
    let channels = node.shape[-1]
    let source = try plain(node.inputs[0])
    let gradient = try plain(node.inputs[1])
    // Where nothing else reads it, the result takes the gradient's place.
    let result = isLastUse(of: gradient.storage) ? gradient : newOperand(source.layout)
    var operands = [source, affine, gradient, result, try normalizationScratch(channels)]
    let vector = try MemoryDescriptor(rowMajor: [channels])
    var wanted: Set<Argument> = []
    for (argument, _, id) in parameterPlaces(normalization, node) where node.gradients.contains(id) {
      operands.append(try self.gradient(id, layout: vector))
      wanted.insert(argument)
    }
    append(
      "\(node.name): \(node.operation.summary)",
      NormalizationGradientKernel(
        rows: batchSize * node.shape.count / channels, channels: channels, activation: normalization.activation,
        wantsScale: wanted.contains(.scale), wantsOffset: wanted.contains(.shift)),
      operands)
    return result
  }

  /// The result of a normalisation by the batch, once more.
  mutating func lowerReplay(_ normalization: BatchNormalizationOperation, _ node: Node) throws -> Operand {
    guard let forward = node.forward, let affine = savedStates[forward]?.first else {
      throw GraftError(.invalidArgument, "\(node.name): the forward pass kept no statistics.")
    }
    let channels = node.shape[-1]
    let source = try plain(node.inputs[0])
    let result = newOperand(source.layout)
    append(
      "\(node.name): \(node.operation.summary)",
      NormalizationKernel(
        rows: batchSize * node.shape.count / channels, channels: channels, activation: normalization.activation),
      [source, affine, result])
    return result
  }

  private mutating func normalizationScratch(_ channels: Int) throws -> Operand {
    newOperand(try MemoryDescriptor(rowMajor: [NormalizationScratch.count(channels: channels)]))
  }

  private func options(_ normalization: BatchNormalizationOperation) -> Primitive.NormalizationOptions {
    Primitive.NormalizationOptions(
      hasScale: normalization.hasScale, hasOffset: normalization.hasOffset, usesGivenStatistics: true)
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
