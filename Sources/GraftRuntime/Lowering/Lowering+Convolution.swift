internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// A convolution in the layouts that oneDNN chooses. Weights are frozen, hence packed once.
  mutating func lower(_ convolution: ConvolutionOperation, _ node: Node) throws -> Operand {
    let source = try value(node.inputs[0])
    let inputShape = graph[node.inputs[0]].shape
    let channels = inputShape[2]
    let kernel = convolution.kernelSize
    let filters = convolution.filters
    let groups = convolution.groups

    // (height, width, input channels / groups, filters) as Keras stores it, in the order of dimensions of oneDNN.
    let perGroup = channels / groups
    let strides = [1, filters, kernel.width * perGroup * filters, perGroup * filters]
    let sizes = [filters / groups, perGroup, kernel.height, kernel.width]
    let kernelLayout = try MemoryDescriptor(
      dimensions: groups > 1 ? [groups] + sizes : sizes,
      strides: groups > 1 ? [filters / groups] + strides : strides)

    // Pictures come with few channels, innermost: the first convolution has kernels for that. All others choose freely.
    let isFirst = graph[node.inputs[0]].operation == .input
    let sourceLayout =
      isFirst ? source.layout : try MemoryDescriptor(any: [batchSize, channels, inputShape[0], inputShape[1]])
    let resultLayout = try MemoryDescriptor(any: [batchSize, filters, node.shape[0], node.shape[1]])
    let attributes = try Attributes(
      addsToDestination: convolution.addsResidual, function: ElementwiseFunction(convolution.activation))
    let biasLayout = convolution.hasBias ? try MemoryDescriptor(rowMajor: [filters]) : nil
    let primitive = try Primitive.convolution(
      source: sourceLayout, weights: try MemoryDescriptor(any: kernelLayout.dimensions), bias: biasLayout,
      destination: resultLayout,
      strides: [convolution.strides.height, convolution.strides.width],
      dilations: [convolution.dilations.height - 1, convolution.dilations.width - 1],
      paddingBefore: [convolution.padding.top, convolution.padding.left],
      paddingAfter: [convolution.padding.bottom, convolution.padding.right], attributes: attributes)

    var operands: [(Argument, Operand)] = [
      (.source, try reordered(source, to: primitive.layout(of: .source), name: node.name)),
      (.weights, try packed(node.parameters[0], from: kernelLayout, to: primitive.layout(of: .weights))),
    ]
    if let biasLayout { operands.append((.bias, try parameter(node.parameters[1], layout: biasLayout))) }

    let layout = try primitive.layout(of: .destination)
    let result =
      convolution.addsResidual ? try residual(node, layout, source: operands[0].1.storage) : newOperand(layout)
    operands.append((.destination, result))
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return result
  }

  /// The memory that a sum is accumulated in: the residual's own, unless the convolution itself or something later reads
  /// it; else a copy.
  private mutating func residual(_ node: Node, _ layout: MemoryDescriptor, source: StorageID) throws -> Operand {
    let residual = try value(node.inputs[1])
    let moved = try reordered(residual, to: layout, name: node.name)
    if moved.storage != residual.storage { return moved }
    if moved.storage != source, isLastUse(of: moved.storage) { return moved }
    let copy = newOperand(layout)
    try append(
      "reorder \(node.name)", .reorder(from: layout, to: layout), [(Argument.source, moved), (.destination, copy)])
    return copy
  }
}
