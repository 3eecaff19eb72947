internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  mutating func lower(_ activation: Activation, _ node: Node) throws -> Operand {
    if let function = ElementwiseFunction(activation) { return try lowerElementwise(function, node) }
    guard activation == .softmax else { return try value(node.inputs[0]) }
    let source = try matrix(node.inputs[0])
    let result = newOperand(source.layout)
    try append(
      "\(node.name): softmax", .softmax(source: source.layout, axis: 1),
      [(Argument.source, source), (.destination, result)])
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
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
    if activation == .softmax {
      try append(
        "\(node.name): \(node.operation.summary)", .softmaxGradient(data: saved.layout, axis: 1),
        [(Argument.destination, saved), (.destinationGradient, gradient), (.sourceGradient, result)])
    } else if let function = ElementwiseFunction(activation) {
      try append(
        "\(node.name): \(node.operation.summary)",
        .elementwiseGradient(function, data: saved.layout, fromResult: fromResult),
        [
          (fromResult ? Argument.destination : .source, saved), (.destinationGradient, gradient),
          (.sourceGradient, result),
        ])
    } else {
      return try value(node.inputs[1])
    }
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }
}
