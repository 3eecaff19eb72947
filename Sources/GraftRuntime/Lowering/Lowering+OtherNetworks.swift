internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// The rules of what networks of others are made of, besides what the zoo needs.
  mutating func lowerOther(_ node: Node) throws -> Operand {
    switch node.operation {
    case .transposedConvolution(let transposed): return try lowerConvolutionInput(transposed.convolution, node)
    case .elementwise(let function): return try lower(function, node)
    case .parametricRectifier:
      let source = try plain(node.inputs[0])
      let result = newOperand(source.layout)
      let (repetition, alpha) = try parametricRectifier(node)
      append(
        "\(node.name): \(node.operation.summary)",
        ParametricRectifierKernel(repetition: repetition, batchSize: batchSize), [source, alpha, result])
      return result
    case .transpose(let order): return try lowerTransposition(order, node)
    case .resample(let resample): return try lower(resample, node)
    case .unitNormalization(let epsilon):
      let columns = node.shape[-1]
      let rows = batchSize * node.shape.count / max(columns, 1)
      return try lower(UnitNormalizationKernel(rows: rows, columns: columns, epsilon: epsilon), node)
    case .repetition(let shape):
      let repetition = Repetition(of: graph[node.inputs[0]].shape, to: shape)
      return try lower(RepetitionKernel(repetition: repetition, batchSize: batchSize), node)
    case .maximum: return try lower(MaximumKernel(count: batchSize * node.shape.count), node)
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
  mutating func lowerOther(_ gradient: GradientOperation, _ node: Node) throws -> Operand {
    switch gradient {
    case .elementwise(let function): return try lowerGradient(function, node)
    case .parametricRectifier: return try lowerRectifierGradient(node)
    case .resample(let resample): return try lowerGradient(resample, node)
    case .unitNormalization(let epsilon):
      let columns = node.shape[-1]
      let rows = batchSize * node.shape.count / max(columns, 1)
      return try lower(
        UnitNormalizationGradientKernel(rows: rows, columns: columns, epsilon: epsilon), node)
    case .repetitionSum:
      let repetition = Repetition(of: node.shape, to: graph[node.inputs[0]].shape)
      return try lower(RepetitionSumKernel(repetition: repetition, batchSize: batchSize), node)
    case .selection(let ofFirst):
      return try lower(SelectionKernel(count: batchSize * node.shape.count, ofFirst: ofFirst), node)
    default: throw GraftError(.unsupported, "\(node.name): no kernel for \(node.operation.summary).")
    }
  }

  /// A kernel of ours on all that a node reads, with a result of its own.
  private mutating func lower(_ kernel: any NativeKernel, _ node: Node) throws -> Operand {
    let operands = try node.inputs.map { try plain($0) }
    let result = newOperand(try plainLayout(node.shape))
    append("\(node.name): \(node.operation.summary)", kernel, operands + [result])
    return result
  }

  private mutating func lowerRectifierGradient(_ node: Node) throws -> Operand {
    let (x, gradient) = (try plain(node.inputs[0]), try plain(node.inputs[1]))
    let (repetition, alpha) = try parametricRectifier(node)
    let result = newOperand(x.layout)
    // Doubles take the room of two floats.
    let sums = newOperand(try MemoryDescriptor(rowMajor: [2 * repetition.smallCount]))
    var operands = [x, alpha, gradient, result, sums]
    if let wanted = node.gradients.first { operands.append(try self.gradient(wanted, layout: alpha.layout)) }
    append(
      "\(node.name): \(node.operation.summary)",
      ParametricRectifierGradientKernel(
        repetition: repetition, batchSize: batchSize, wantsParameter: !node.gradients.isEmpty), operands)
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
}
