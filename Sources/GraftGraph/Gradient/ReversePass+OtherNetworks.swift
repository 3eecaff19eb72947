internal import GraftCore

extension ReversePass {
  /// The rules of what networks of others are made of, besides what the zoo needs.
  mutating func differentiateOther(_ id: NodeID, _ gradient: NodeID) throws {
    let node = graph[id]
    switch node.operation {
    case .transposedConvolution(let transposed): differentiate(transposed, id, gradient)
    case .elementwise(let function):
      sendGradient(.elementwise(function), of: id, reading: node.inputs + [gradient])
    case .parametricRectifier:
      let trainable = node.parameters.filter { graph[$0].role == .trainable }
      guard !trainable.isEmpty || needsGradient(node.inputs[0]) else { return }
      let result = add(
        .parametricRectifier, for: id, inputs: [node.inputs[0], gradient], shape: node.shape, gradients: trainable,
        parameters: node.parameters)
      if needsGradient(node.inputs[0]) { send(result, to: node.inputs[0]) }
    case .transpose(let order):
      let inverse = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
      sendForward(.transpose(inverse), of: id, reading: [gradient])
    case .resample(let resample): sendGradient(.resample(resample), of: id, reading: [gradient])
    case .unitNormalization(let epsilon):
      sendGradient(.unitNormalization(epsilon: epsilon), of: id, reading: node.inputs + [gradient])
    case .repetition: sendGradient(.repetitionSum, of: id, reading: [gradient])
    case .maximum:
      for (place, input) in node.inputs.enumerated() where needsGradient(input) {
        send(
          add(.selection(ofFirst: place == 0), for: id, inputs: node.inputs + [gradient], shape: node.shape), to: input)
      }
    case .matrixProduct(let transposesFirst, let transposesSecond):
      differentiateProduct(transposesFirst, transposesSecond, id, gradient)
    case .trainingOnly: for input in node.inputs where needsGradient(input) { send(gradient, to: input) }
    default: break
    }
  }

  /// Sends the result of a step of the reverse pass to the node's one operand.
  private mutating func sendGradient(_ operation: GradientOperation, of id: NodeID, reading inputs: [NodeID]) {
    let input = graph[id].inputs[0]
    guard needsGradient(input) else { return }
    send(add(operation, for: id, inputs: inputs, shape: graph[input].shape), to: input)
  }

  /// The same, of an operation that also runs forward.
  private mutating func sendForward(_ operation: Operation, of id: NodeID, reading inputs: [NodeID]) {
    let input = graph[id].inputs[0]
    guard needsGradient(input) else { return }
    send(
      graph.add(Node(name: graph[id].name, operation: operation, inputs: inputs, shape: graph[input].shape)), to: input)
  }

  /// Roles are swapped: the larger picture's gradient is what a convolution reads, the smaller picture what it would give.
  private mutating func differentiate(
    _ transposed: TransposedConvolutionOperation, _ id: NodeID, _ gradient: NodeID
  ) {
    let node = graph[id]
    if graph[node.parameters[0]].role == .trainable {
      _ = add(
        .convolutionParameters(transposed.convolution), for: id, inputs: [gradient, node.inputs[0]], shape: [],
        gradients: [node.parameters[0]])
    }
    guard needsGradient(node.inputs[0]) else { return }
    send(
      graph.add(
        Node(
          name: node.name, operation: .convolution(transposed.convolution), inputs: [gradient],
          parameters: [node.parameters[0]], shape: graph[node.inputs[0]].shape)),
      to: node.inputs[0])
  }

  /// Of C = A · B: dA = dC · Bᵀ and dB = Aᵀ · dC, each as A and B lie.
  private mutating func differentiateProduct(
    _ transposesFirst: Bool, _ transposesSecond: Bool, _ id: NodeID, _ gradient: NodeID
  ) {
    let node = graph[id]
    let (first, second) = (node.inputs[0], node.inputs[1])
    func product(_ left: NodeID, _ isLeftTransposed: Bool, _ right: NodeID, _ isRightTransposed: Bool, _ shape: Shape)
      -> Node
    {
      Node(
        name: node.name,
        operation: .matrixProduct(transposesFirst: isLeftTransposed, transposesSecond: isRightTransposed),
        inputs: [left, right], shape: shape)
    }
    if needsGradient(first) {
      let shape = graph[first].shape
      let step =
        transposesFirst
        ? product(second, transposesSecond, gradient, true, shape)
        : product(gradient, false, second, !transposesSecond, shape)
      send(graph.add(step), to: first)
    }
    if needsGradient(second) {
      let shape = graph[second].shape
      let step =
        transposesSecond
        ? product(gradient, true, first, transposesFirst, shape)
        : product(first, !transposesFirst, gradient, false, shape)
      send(graph.add(step), to: second)
    }
  }
}
