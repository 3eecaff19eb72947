internal import GraftCore
internal import GraftGraph

extension ProgramTranslation {
  mutating func translate(_ convolution: ConvolutionOperation, _ node: Node) throws -> Int {
    guard !convolution.hasAffine else { throw unknown(node) }
    let kernel = kernel(of: convolution, graph[node.parameters[0]])
    let bias = convolution.hasBias ? graph[node.parameters[1]].value : nil
    let residual = convolution.addsResidual ? value(node, node.inputs.count - 1) : nil
    return try convolve(
      value(node), convolution, kernel: kernel, bias: bias, residual: residual, activation: convolution.activation, node
    )
  }

  /// A kernel of floats in the dialect's layout.
  private mutating func kernel(of convolution: ConvolutionOperation, _ parameter: Parameter) -> Int {
    var kernel = parameter.value
    if convolution.isDepthwise, !dialect.hasDepthwise(convolution) {
      // Of as many groups as the picture has channels.
      kernel = kernel.reshaped([kernel.shape[0], kernel.shape[1], 1, kernel.shape[2] * kernel.shape[3]])
    }
    return program.constant(
      dialect.kernel(kernel, isDepthwise: dialect.hasDepthwise(convolution)), name: parameter.name)
  }

  /// A convolution of floats with all that is fused in.
  mutating func convolve(
    _ x: Int, _ convolution: ConvolutionOperation, kernel: Int, bias: Tensor?, residual: Int?, activation: Activation,
    _ node: Node
  ) throws -> Int {
    let (x, operation) = try window(x, convolution, node)
    let bias = bias.map { program.constant($0, name: "\(node.name)/bias") }
    return finish(operation, [x, kernel], bias: bias, residual: residual, activation: activation, node)
  }

  /// The operation of a convolution, behind a padding of its own where its zeros are not those of `SAME`.
  mutating func window(
    _ x: Int, _ convolution: ConvolutionOperation, _ node: Node
  ) throws -> (x: Int, operation: TensorOperation) {
    let shape = program.values[x].shape
    let same = Padding(
      sameFor: Extent(height: shape[0], width: shape[1]), window: convolution.kernelSize, strides: convolution.strides,
      dilations: convolution.dilations)
    var input = x
    var isSame = false
    if convolution.padding == same, !same.isEmpty {
      isSame = true
    } else {
      input = pad(x, convolution.padding, name: node.name)
    }
    let window = TensorOperation.Window(
      strides: convolution.strides, dilations: convolution.dilations, isSame: isSame)
    return (
      input,
      dialect.hasDepthwise(convolution)
        ? .depthwise(window, multiplier: convolution.filters / shape[2]) : .convolution(window)
    )
  }

  /// A picture with zeros around it, in the picture's format.
  mutating func pad(_ x: Int, _ padding: Padding, name: String) -> Int {
    guard !padding.isEmpty else { return x }
    let picture = program.values[x]
    let shape: Shape = [
      picture.shape[0] + padding.top + padding.bottom, picture.shape[1] + padding.left + padding.right,
      picture.shape[2],
    ]
    return program.step(.pad(padding), [x], shape: shape, name: "\(name)/pad", format: picture.format)
  }

  mutating func translate(_ dense: DenseOperation, _ node: Node) -> Int {
    let parameter = graph[node.parameters[0]]
    let bias = dense.hasBias ? weight(node, 1) : nil
    let operands = [
      value(node), program.constant(dialect.matrix(parameter.value, rank: node.shape.rank), name: parameter.name),
    ]
    // A product at every pixel is a convolution.
    let operation: TensorOperation =
      node.shape.rank == 3 ? .convolution(.init(strides: Extent(1), isSame: false)) : .product
    return finish(operation, operands, bias: bias, residual: nil, activation: dense.activation, node)
  }

  /// Adds bias, residual and activation, as part of an operation where the dialect has that.
  private mutating func finish(
    _ operation: TensorOperation, _ operands: [Int], bias: Int?, residual: Int?, activation: Activation, _ node: Node
  ) -> Int {
    let name = node.name
    let isLast = residual == nil && isFused(activation)
    var operands = operands
    if dialect == .tflite {
      operands.append(bias ?? program.constant(Tensor(zeros: [node.shape[-1]]), name: "\(name)/bias"))
    }
    var result = program.step(
      operation, operands, shape: node.shape, name: name, activation: isLast ? activation : .linear)
    if dialect == .tensorFlow, let bias {
      result = program.step(.add, [result, bias], shape: node.shape, name: "\(name)/bias")
    }
    if let residual {
      result = program.step(
        .add, [result, residual], shape: node.shape, name: "\(name)/sum",
        activation: isFused(activation) ? activation : .linear)
    }
    return isFused(activation) ? result : apply(activation, to: result, name: name)
  }

  /// Whether operations apply an activation themselves.
  func isFused(_ activation: Activation) -> Bool {
    activation == .linear || (dialect == .tflite && (activation == .relu || activation == .relu6))
  }

  /// x · scale + offset.
  mutating func affine(
    _ x: Int, _ scale: Tensor, _ offset: Tensor, _ activation: Activation, _ node: Node
  ) -> Int {
    var result = x
    let isScaled = scale.elements.contains { $0 != 1 }
    let isMoved = offset.elements.contains { $0 != 0 }
    if isScaled {
      let scale = program.constant(scale, name: "\(node.name)/scale")
      let isLast = !isMoved && isFused(activation)
      result = program.step(
        .multiply, [x, scale], shape: node.shape, name: node.name, activation: isLast ? activation : .linear)
    }
    if isMoved {
      let offset = program.constant(offset, name: "\(node.name)/offset")
      result = program.step(
        .add, [result, offset], shape: node.shape, name: node.name,
        activation: isFused(activation) ? activation : .linear)
    }
    return isFused(activation) && (isScaled || isMoved) ? result : apply(activation, to: result, name: node.name)
  }

  mutating func translate(_ pooling: PoolingOperation, _ node: Node) throws -> Int {
    var input = value(node)
    let shape = program.values[input].shape
    let same = Padding(
      sameFor: Extent(height: shape[0], width: shape[1]), window: pooling.window, strides: pooling.strides)
    var window = TensorOperation.Window(strides: pooling.strides, isSame: false)
    if pooling.padding == same, !same.isEmpty {
      window.isSame = true
    } else if !pooling.padding.isEmpty {
      // Zeros are never larger than values of which none is negative; a mean would count them.
      guard pooling.kind == .max, graph.isNonNegative(node.inputs[0]) else { throw unknown(node) }
      input = pad(input, pooling.padding, name: node.name)
    }
    return program.step(
      .pooling(pooling.kind, size: pooling.window, window), [input], shape: node.shape, name: node.name)
  }
}
