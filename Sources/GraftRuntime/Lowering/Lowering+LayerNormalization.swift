internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  mutating func lower(_ normalization: LayerNormalizationOperation, _ id: NodeID, _ node: Node) throws -> Operand {
    let source = try matrix(node.inputs[0])
    let statistics = try MemoryDescriptor(rowMajor: [source.layout.dimensions[0]])
    let primitive = try Primitive.layerNormalization(
      source: source.layout, statistics: statistics, epsilon: normalization.epsilon, hasScale: normalization.hasScale,
      hasOffset: normalization.hasOffset, isTraining: isTraining)
    let result = newOperand(source.layout)
    var operands: [(Argument, Operand)] = [(.source, source), (.destination, result)]
    let vector = try MemoryDescriptor(rowMajor: [node.shape[-1]])
    for place in places(normalization, node) {
      operands.append((place.argument, try parameter(place.id, layout: vector)))
    }
    if isTraining {
      let saved = [newOperand(statistics), newOperand(statistics)]
      operands += [(.mean, saved[0]), (.variance, saved[1])]
      savedStates[id] = saved
    }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  /// dx and, where wanted, the gradients of gamma and beta, from (x, dy).
  mutating func lowerNormalizationGradient(_ normalization: LayerNormalizationOperation, _ node: Node) throws -> Operand
  {
    guard let forward = node.forward, let saved = savedStates[forward] else {
      throw GraftError(.invalidArgument, "\(node.name): the forward pass kept no statistics.")
    }
    let source = try matrix(node.inputs[0])
    let gradient = try matrix(node.inputs[1])
    let primitive = try Primitive.layerNormalizationGradient(
      source: source.layout, statistics: saved[0].layout, epsilon: normalization.epsilon,
      hasScale: normalization.hasScale, hasOffset: normalization.hasOffset)
    let result = newOperand(source.layout)
    var operands: [(Argument, Operand)] = [
      (.source, source), (.mean, saved[0]), (.variance, saved[1]), (.destinationGradient, gradient),
      (.sourceGradient, result),
    ]
    let vector = try MemoryDescriptor(rowMajor: [node.shape[-1]])
    for place in places(normalization, node) {
      operands.append((place.argument, try parameter(place.id, layout: vector)))
      // oneDNN writes the gradients of both; those that nobody wants go to scratch memory.
      let target =
        node.gradients.contains(place.id) ? try self.gradient(place.id, layout: vector) : newOperand(vector)
      operands.append((place.gradient, target))
    }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  private func places(
    _ normalization: LayerNormalizationOperation, _ node: Node
  ) -> [(argument: Argument, gradient: Argument, id: ParameterID)] {
    var rest = node.parameters[...]
    var result: [(Argument, Argument, ParameterID)] = []
    if normalization.hasScale { result.append((.scale, .scaleGradient, rest.removeFirst())) }
    if normalization.hasOffset { result.append((.shift, .shiftGradient, rest.removeFirst())) }
    return result
  }
}
