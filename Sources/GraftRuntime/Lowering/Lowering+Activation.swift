internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  mutating func lower(_ activation: Activation, _ node: Node) throws -> Operand {
    if let function = ElementwiseFunction(activation) { return try lowerElementwise(function, node) }
    switch activation {
    case .softmax:
      let source = try matrix(node.inputs[0])
      let result = newOperand(source.layout)
      try append(
        "\(node.name): softmax", .softmax(source: source.layout, axis: 1),
        [(Argument.source, source), (.destination, result)])
      return Operand(storage: result.storage, layout: try plainLayout(node.shape))
    case .selu:
      let result = try lowerElementwise(.elu(alpha: Self.seluAlpha), node)
      try scaleInPlace(result, by: Self.seluScale, node)
      return result
    case .softsign:
      let source = try plain(node.inputs[0])
      let result = newOperand(source.layout)
      append("\(node.name): softsign", SoftsignKernel(count: source.layout.elementCount), [source, result])
      return result
    default: return try value(node.inputs[0])
    }
  }

  // λ and α of Klambauer et al., "Self-normalizing neural networks" (2017), as Keras has them.
  private static let seluScale: Float = 1.05070098735548
  private static let seluAlpha: Float = 1.67326324235438

  private mutating func scaleInPlace(_ operand: Operand, by scale: Float, _ node: Node) throws {
    try append(
      "\(node.name): scale", .elementwise(.linear(scale: scale, offset: 0), source: operand.layout, isTraining: false),
      [(Argument.source, operand), (.destination, operand)])
  }

  mutating func lowerElementwise(_ function: ElementwiseFunction, _ node: Node) throws -> Operand {
    let source = try value(node.inputs[0])
    let result = newOperand(source.layout)
    try append(
      "\(node.name): \(node.operation.summary)",
      .elementwise(function, source: source.layout, isTraining: isTraining),
      [(Argument.source, source), (.destination, result)])
    return result
  }

  /// dx from (saved, dy).
  mutating func lowerActivationGradient(_ activation: Activation, fromResult: Bool, _ node: Node) throws -> Operand {
    let saved = try matrix(node.inputs[0])
    let gradient = try matrix(node.inputs[1])
    let result = newOperand(saved.layout)
    let name = "\(node.name): \(node.operation.summary)"
    func differentiate(_ function: ElementwiseFunction) throws {
      try append(
        name, .elementwiseGradient(function, data: saved.layout, fromResult: fromResult),
        [
          (fromResult ? Argument.destination : .source, saved), (.destinationGradient, gradient),
          (.sourceGradient, result),
        ])
    }
    switch (activation, ElementwiseFunction(activation)) {
    case (.softmax, _):
      try append(
        name, .softmaxGradient(data: saved.layout, axis: 1),
        [(Argument.destination, saved), (.destinationGradient, gradient), (.sourceGradient, result)])
    case (.selu, _):
      append(
        name, SELUGradientKernel(count: saved.layout.elementCount, scale: Self.seluScale, alpha: Self.seluAlpha),
        [saved, gradient, result])
    case (.softsign, _):
      append(name, SoftsignGradientKernel(count: saved.layout.elementCount), [saved, gradient, result])
    case (_, let function?): try differentiate(function)
    case (_, nil): return try value(node.inputs[1])
    }
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }
}
