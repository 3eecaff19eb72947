internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// A convolution: in training with channels last, else in the layouts that oneDNN chooses.
  mutating func lower(_ convolution: ConvolutionOperation, _ node: Node) throws -> Operand {
    let source = try value(node.inputs[0])
    let layouts = try layouts(of: convolution, input: graph[node.inputs[0]].shape, result: node.shape)
    let attributes = try Attributes(
      addsToDestination: convolution.addsResidual, function: ElementwiseFunction(convolution.activation))
    let isTraining = isTraining
    func make(_ picture: MemoryDescriptor, _ result: MemoryDescriptor) throws -> Primitive {
      try .convolution(
        layouts.geometry, source: picture, weights: layouts.anyKernel, bias: layouts.bias, destination: result,
        isTraining: isTraining, attributes: attributes)
    }
    // Pictures come with few channels, innermost: the first convolution has kernels for that. All others choose freely.
    let isFirst = graph[node.inputs[0]].operation == .input
    let primitive =
      isTraining
      ? try layouts.channelsLast(make)
      : try make(isFirst ? source.layout : layouts.anyPicture, layouts.anyResult)

    var operands: [(Argument, Operand)] = [
      (.source, try reordered(source, to: primitive.layout(of: .source), name: node.name)),
      (.weights, try kernel(node, layouts, for: primitive)),
    ]
    if let bias = layouts.bias { operands.append((.bias, try parameter(node.parameters[1], layout: bias))) }

    let layout = try primitive.layout(of: .destination)
    let result =
      convolution.addsResidual ? try residual(node, layout, source: operands[0].1.storage) : newOperand(layout)
    operands.append((.destination, result))
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return result
  }

  /// dx from dy.
  mutating func lowerConvolutionInput(_ convolution: ConvolutionOperation, _ node: Node) throws -> Operand {
    let layouts = try layouts(of: convolution, input: node.shape, result: graph[node.inputs[0]].shape)
    let primitive = try layouts.channelsLast {
      try .convolutionInputGradient(layouts.geometry, source: $0, weights: layouts.anyKernel, destination: $1)
    }
    let gradient = try reordered(
      try value(node.inputs[0]), to: primitive.layout(of: .destinationGradient), name: node.name)
    let result = newOperand(try primitive.layout(of: .sourceGradient))
    try append(
      "\(node.name): \(node.operation.summary)", primitive,
      [
        (Argument.destinationGradient, gradient), (.weights, try kernel(node, layouts, for: primitive)),
        (.sourceGradient, result),
      ])
    return result
  }

  /// Gradients of kernel and bias from (x, dy).
  mutating func lowerConvolutionParameters(_ convolution: ConvolutionOperation, _ node: Node) throws {
    let layouts = try layouts(
      of: convolution, input: graph[node.inputs[0]].shape, result: graph[node.inputs[1]].shape)
    let primitive = try layouts.channelsLast {
      try .convolutionParameterGradient(
        layouts.geometry, source: $0, weights: layouts.anyKernel, bias: layouts.bias, destination: $1)
    }
    let place = try gradient(node.gradients[0], layout: layouts.kernel)
    let layout = try primitive.layout(of: .weightsGradient)
    let written = layout == layouts.kernel ? place : newOperand(layout)
    var operands: [(Argument, Operand)] = [
      (.source, try reordered(try value(node.inputs[0]), to: primitive.layout(of: .source), name: node.name)),
      (
        .destinationGradient,
        try reordered(try value(node.inputs[1]), to: primitive.layout(of: .destinationGradient), name: node.name)
      ),
      (.weightsGradient, written),
    ]
    if let bias = layouts.bias { operands.append((.biasGradient, try gradient(node.gradients[1], layout: bias))) }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    if layout == layouts.kernel { return }
    try append(
      "unpack gradient of \(node.name)", .reorder(from: layout, to: layouts.kernel),
      [(Argument.source, written), (.destination, place)])
  }

  private func layouts(
    of convolution: ConvolutionOperation, input: Shape, result: Shape
  ) throws -> ConvolutionLayouts {
    try ConvolutionLayouts(convolution, batchSize: batchSize, input: input, result: result)
  }

  /// The kernel in the layout that a primitive asks for: packed once if it is frozen, by a step of the plan if training
  /// changes it.
  private mutating func kernel(
    _ node: Node, _ layouts: ConvolutionLayouts, for primitive: Primitive
  ) throws -> Operand {
    let layout = try primitive.layout(of: .weights)
    if isConstant(node.parameters[0]) { return try packed(node.parameters[0], from: layouts.kernel, to: layout) }
    let original = try parameter(node.parameters[0], layout: layouts.kernel)
    if layout == layouts.kernel { return original }
    let result = newOperand(layout)
    try append(
      "pack kernel of \(node.name)", .reorder(from: layouts.kernel, to: layout),
      [(Argument.source, original), (.destination, result)])
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
