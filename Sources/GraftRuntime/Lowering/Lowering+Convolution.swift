internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// A convolution: in training with channels last, else in the layouts that oneDNN chooses.
  mutating func lower(_ convolution: ConvolutionOperation, _ node: Node) throws -> Operand {
    let source = try value(node.inputs[0])
    let layouts = try layouts(of: convolution, input: graph[node.inputs[0]].shape, result: node.shape)
    let attributes = try Attributes(
      sum: convolution.addsResidual ? Attributes.Sum() : nil, function: ElementwiseFunction(convolution.activation))
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
      (.weights, try kernel(convolution, node, layouts, for: primitive)),
    ]
    if let bias = layouts.bias { operands.append((.bias, try biasOperand(convolution, node, bias))) }

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
        (Argument.destinationGradient, gradient), (.weights, try kernel(convolution, node, layouts, for: primitive)),
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
        layouts.geometry, source: $0, weights: layouts.anyKernel, bias: convolution.hasBias ? layouts.bias : nil,
        destination: $1)
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
    var bias: Operand?
    if convolution.hasBias, let layout = layouts.bias {
      let place = try gradient(node.gradients[1], layout: layout)
      operands.append((.biasGradient, place))
      bias = place
    }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    if !(layout == layouts.kernel) {
      try append(
        "unpack gradient of \(node.name)", .reorder(from: layout, to: layouts.kernel),
        [(Argument.source, written), (.destination, place)])
    }
    guard convolution.hasAffine else { return }
    // What was differentiated is the scaled kernel.
    let scale = try parameter(node.parameters[0], layout: MemoryDescriptor(rowMajor: [convolution.filters]))
    for part in [place, bias].compactMap({ $0 }) {
      append(
        "\(node.name): scale gradient",
        ChannelScaleKernel(count: part.layout.elementCount, channels: convolution.filters), [part, scale, part])
    }
  }

  private func layouts(
    of convolution: ConvolutionOperation, input: Shape, result: Shape
  ) throws -> ConvolutionLayouts {
    try ConvolutionLayouts(convolution, batchSize: batchSize, input: input, result: result)
  }

  /// The kernel in the layout that a primitive asks for: packed once if it is frozen, by a step of the plan if training
  /// changes it.
  private mutating func kernel(
    _ convolution: ConvolutionOperation, _ node: Node, _ layouts: ConvolutionLayouts, for primitive: Primitive
  ) throws -> Operand {
    let layout = try primitive.layout(of: .weights)
    if isConstant(node.parameters[0]) { return try packed(node.parameters[0], from: layouts.kernel, to: layout) }
    let original =
      convolution.hasAffine
      ? try scaledKernel(convolution, node, layouts) : try parameter(node.parameters[0], layout: layouts.kernel)
    if layout == layouts.kernel { return original }
    let result = newOperand(layout)
    try append(
      "pack kernel of \(node.name)", .reorder(from: layouts.kernel, to: layout),
      [(Argument.source, original), (.destination, result)])
    return result
  }

  /// The kernel times the scale that a frozen normalisation left: computed once per run, for both directions.
  private mutating func scaledKernel(
    _ convolution: ConvolutionOperation, _ node: Node, _ layouts: ConvolutionLayouts
  ) throws -> Operand {
    // The same kernel may be called twice, with a normalisation of its own each time.
    let scaleID = node.parameters[node.parameters.count - 2]
    if let known = scaledKernels[scaleID] { return known }
    let original = try parameter(node.parameters[0], layout: layouts.kernel)
    let scale = try parameter(scaleID, layout: MemoryDescriptor(rowMajor: [convolution.filters]))
    let result = newOperand(layouts.kernel)
    append(
      "\(node.name): scale kernel",
      ChannelScaleKernel(count: layouts.kernel.elementCount, channels: convolution.filters), [original, scale, result])
    scaledKernels[scaleID] = result
    return result
  }

  /// What is added to the result: the bias, sent through the affine where there is one.
  private mutating func biasOperand(
    _ convolution: ConvolutionOperation, _ node: Node, _ layout: MemoryDescriptor
  ) throws -> Operand {
    guard convolution.hasAffine else { return try parameter(node.parameters[1], layout: layout) }
    let offset = try parameter(node.parameters[node.parameters.count - 1], layout: layout)
    guard convolution.hasBias else { return offset }
    let result = newOperand(layout)
    append(
      "\(node.name): scale bias", ChannelAffineKernel(channels: convolution.filters),
      [
        try parameter(node.parameters[1], layout: layout),
        try parameter(node.parameters[node.parameters.count - 2], layout: layout), offset, result,
      ])
    return result
  }

  /// The memory that a sum is accumulated in: the residual's own, unless the convolution itself or something later reads
  /// it; else a copy.
  mutating func residual(_ node: Node, _ layout: MemoryDescriptor, source: StorageID) throws -> Operand {
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
