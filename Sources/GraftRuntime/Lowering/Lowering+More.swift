internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// The rules of what networks of others are made of, besides what the zoo needs.
  mutating func lowerMore(_ node: Node) throws -> Operand {
    switch node.operation {
    case .transposedConvolution(let transposed): return try lowerConvolutionInput(transposed.convolution, node)
    case .elementwise(let function): return try lower(function, node)
    case .parametricRectifier:
      let source = try plain(node.inputs[0])
      let result = newOperand(source.layout)
      let (kernel, alpha) = try parametricRectifier(node)
      append(
        "\(node.name): \(node.operation.summary)",
        ParametricRectifierKernel(repetition: kernel, batchSize: batchSize), [source, alpha, result])
      return result
    case .transpose(let order): return try lowerTransposition(order, node)
    case .resample(let resample): return try lower(resample, node)
    case .unitNormalization(let epsilon):
      let source = try matrix(node.inputs[0])
      let (rows, columns) = (source.layout.dimensions[0], source.layout.dimensions[1])
      let result = newOperand(try plainLayout(node.shape))
      append(
        "\(node.name): \(node.operation.summary)",
        UnitNormalizationKernel(rows: rows, columns: columns, epsilon: epsilon), [source, result])
      return result
    case .repetition(let shape):
      let result = newOperand(try plainLayout(node.shape))
      append(
        "\(node.name): \(node.operation.summary)",
        RepetitionKernel(
          repetition: Repetition(of: graph[node.inputs[0]].shape, to: shape), batchSize: batchSize),
        [try plain(node.inputs[0]), result])
      return result
    case .maximum:
      let result = newOperand(try plainLayout(node.shape))
      append(
        "\(node.name): maximum", MaximumKernel(count: result.layout.elementCount),
        [try plain(node.inputs[0]), try plain(node.inputs[1]), result])
      return result
    case .matrixProduct(let transposesFirst, let transposesSecond):
      return try lowerMatrixProduct(transposesFirst, transposesSecond, node)
    case .trainingOnly(let className):
      guard isTraining else { return try value(node.inputs[0]) }
      throw GraftError(
        .unsupported,
        """
        Layer "\(node.name)" (\(className)) does something in training that Graft does not do. Freeze it \
        (isTrainable = false, or a cut or a fine-tuning start behind it): then it changes nothing.
        """)
    default: throw GraftError(.unsupported, "\(node.name): no kernel for \(node.operation.summary).")
    }
  }

  /// The steps of the reverse pass that belong to them.
  mutating func lowerMore(_ gradient: GradientOperation, _ node: Node) throws -> Operand {
    let name = "\(node.name): \(node.operation.summary)"
    let result = newOperand(try plainLayout(node.shape))
    var operands = try node.inputs.map { try plain($0) }
    let count = result.layout.elementCount
    switch gradient {
    case .elementwise(let function): return try lowerGradient(function, node)
    case .parametricRectifier:
      let (repetition, alpha) = try parametricRectifier(node)
      // Doubles take the room of two floats.
      let sums = newOperand(try MemoryDescriptor(rowMajor: [2 * repetition.smallCount]))
      operands.insert(alpha, at: 1)
      operands += [result, sums]
      if let wanted = node.gradients.first { operands.append(try self.gradient(wanted, layout: alpha.layout)) }
      append(
        name,
        ParametricRectifierGradientKernel(
          repetition: repetition, batchSize: batchSize, wantsParameter: !node.gradients.isEmpty), operands)
    case .resample(let resample): return try lowerGradient(resample, node)
    case .unitNormalization(let epsilon):
      let columns = node.shape[-1]
      append(
        name, UnitNormalizationGradientKernel(rows: count / columns, columns: columns, epsilon: epsilon),
        operands + [result])
    case .repetitionSum:
      let repetition = Repetition(of: node.shape, to: graph[node.inputs[0]].shape)
      append(name, RepetitionSumKernel(repetition: repetition, batchSize: batchSize), operands + [result])
    case .selection(let ofFirst):
      append(name, SelectionKernel(count: count, ofFirst: ofFirst), operands + [result])
    default: throw GraftError(.unsupported, "\(node.name): no kernel for \(node.operation.summary).")
    }
    return result
  }

  private mutating func parametricRectifier(_ node: Node) throws -> (Repetition, Operand) {
    let id = node.parameters[0]
    let alpha = try parameter(id, layout: MemoryDescriptor(rowMajor: [graph[id].value.count]))
    return (Repetition(of: graph[id].value.shape, to: node.shape), alpha)
  }

  // MARK: Element by element

  private mutating func lower(_ function: ElementwiseOperation, _ node: Node) throws -> Operand {
    if let simple = ElementwiseFunction(function) { return try lowerElementwise(simple, node) }
    let source = try plain(node.inputs[0])
    let result = newOperand(source.layout)
    if case .rectifier(let maximum, let slope, let threshold) = function {
      append(
        "\(node.name): \(node.operation.summary)",
        RectifierKernel(
          count: source.layout.elementCount, maximum: maximum ?? .infinity, slope: slope, threshold: threshold),
        [source, result])
    }
    return result
  }

  private mutating func lowerGradient(_ function: ElementwiseOperation, _ node: Node) throws -> Operand {
    let (saved, gradient) = (try plain(node.inputs[0]), try plain(node.inputs[1]))
    let result = newOperand(saved.layout)
    let name = "\(node.name): \(node.operation.summary)"
    switch function {
    case .exponentialLinear(let alpha):
      try append(
        name, .elementwiseGradient(.elu(alpha: alpha), data: saved.layout, fromResult: false),
        [(Argument.source, saved), (.destinationGradient, gradient), (.sourceGradient, result)])
    case .rectifier(let maximum, let slope, let threshold):
      append(
        name,
        RectifierGradientKernel(
          count: saved.layout.elementCount, maximum: maximum ?? .infinity, slope: slope, threshold: threshold),
        [saved, gradient, result])
    }
    return result
  }

  // MARK: Axes

  /// A copy through a view of the operand whose axes are in the wanted order.
  private mutating func lowerTransposition(_ order: [Int], _ node: Node) throws -> Operand {
    let source = try plain(node.inputs[0])
    let shape = graph[node.inputs[0]].shape
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in shape.dimensions.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    let dimensions = [batchSize] + node.shape.dimensions
    let view = Operand(
      storage: source.storage,
      layout: try MemoryDescriptor(dimensions: dimensions, strides: [shape.count] + order.map { strides[$0] }))
    let result = newOperand(try MemoryDescriptor(rowMajor: dimensions))
    try append(
      "\(node.name): \(node.operation.summary)", .reorder(from: view.layout, to: result.layout),
      [(Argument.source, view), (.destination, result)])
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  private mutating func lowerMatrixProduct(
    _ transposesFirst: Bool, _ transposesSecond: Bool, _ node: Node
  ) throws -> Operand {
    func operand(_ id: NodeID, isTransposed: Bool) throws -> Operand {
      let (rows, columns) = (graph[id].shape[0], graph[id].shape[1])
      let layout =
        isTransposed
        ? try MemoryDescriptor(dimensions: [batchSize, columns, rows], strides: [rows * columns, 1, columns])
        : try MemoryDescriptor(rowMajor: [batchSize, rows, columns])
      return Operand(storage: try plain(id).storage, layout: layout)
    }
    let first = try operand(node.inputs[0], isTransposed: transposesFirst)
    let second = try operand(node.inputs[1], isTransposed: transposesSecond)
    let result = newOperand(try plainLayout(node.shape))
    try append(
      "\(node.name): \(node.operation.summary)",
      .matrixProduct(
        source: first.layout, weights: second.layout, destination: result.layout, attributes: Attributes()),
      [(Argument.source, first), (.weights, second), (.destination, result)])
    return result
  }

  // MARK: Sizes

  private mutating func lower(_ resample: ResampleOperation, _ node: Node) throws -> Operand {
    let shape = graph[node.inputs[0]].shape
    let source = try plain(node.inputs[0])
    let between = newOperand(try MemoryDescriptor(rowMajor: [batchSize, shape[0], node.shape[1], shape[2]]))
    let result = newOperand(try plainLayout(node.shape))
    let name = "\(node.name): \(node.operation.summary)"
    append(
      "\(name), columns",
      ResampleKernel(
        table: resample.table(from: shape[1], to: node.shape[1]), outer: batchSize * shape[0], inputLength: shape[1],
        inner: shape[2]), [source, between])
    append(
      "\(name), rows",
      ResampleKernel(
        table: resample.table(from: shape[0], to: node.shape[0]), outer: batchSize, inputLength: shape[0],
        inner: node.shape[1] * shape[2]), [between, result])
    return result
  }

  private mutating func lowerGradient(_ resample: ResampleOperation, _ node: Node) throws -> Operand {
    let (large, small) = (graph[node.inputs[0]].shape, node.shape)
    let gradient = try plain(node.inputs[0])
    let between = newOperand(try MemoryDescriptor(rowMajor: [batchSize, small[0], large[1], small[2]]))
    let result = newOperand(try plainLayout(node.shape))
    let name = "\(node.name): \(node.operation.summary)"
    append(
      "\(name), rows",
      ResampleGradientKernel(
        table: resample.table(from: small[0], to: large[0]), outer: batchSize, inputLength: small[0],
        inner: large[1] * small[2]), [gradient, between])
    append(
      "\(name), columns",
      ResampleGradientKernel(
        table: resample.table(from: small[1], to: large[1]), outer: batchSize * small[0], inputLength: small[1],
        inner: small[2]), [between, result])
    return result
  }
}
