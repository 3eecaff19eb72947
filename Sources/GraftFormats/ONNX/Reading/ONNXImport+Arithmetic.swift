internal import GraftCore
internal import GraftGraph
internal import GraftLayers

extension ONNXImport {
  mutating func arithmetic(_ node: ONNXNode) throws {
    guard node.inputs.count == 2 else { throw node.corrupt("expected two inputs. Received: \(node.inputs.count).") }
    guard let index = node.inputs.firstIndex(where: { isConstant($0) }) else { return try combination(node) }
    let x = try tensor(1 - index, of: node)
    guard let constant = try constant(index, of: node), let numbers = try channelNumbers(constant, x, node) else {
      throw node.unsupported("expected one number, or one for each channel. Received a constant of another shape.")
    }
    guard numbers.allSatisfy(\.isFinite) else {
      throw GraftError(.nonFinite, "\(node.label): its constant is not finite.")
    }
    let layer: Layer
    var weights: [Tensor] = []
    let name = name(node)
    switch (node.type, index) {
    case ("Add", _): layer = Rescaling(scale: [1], offset: numbers, name: name)
    case ("Sub", 1): layer = Rescaling(scale: [1], offset: numbers.map { -$0 }, name: name)
    case ("Sub", _): layer = Rescaling(scale: [-1], offset: numbers, name: name)
    case ("Mul", _) where numbers.count > 1:
      layer = LayerScale(1, projectionDimension: numbers.count, name: name)
      weights = [Tensor(numbers)]
    case ("Mul", _): layer = Rescaling(scale: numbers, name: name)
    case ("Div", 1):
      guard !numbers.contains(0) else { throw node.corrupt("it divides by zero.") }
      layer = Rescaling(scale: numbers.map { 1 / $0 }, name: name)
    default: throw node.unsupported("a number divided by a result is not known.")
    }
    set(node, x.with(try call(layer, [x.tensor], weights: weights)))
  }

  /// Two results, element by element.
  mutating func combination(_ node: ONNXNode) throws {
    let (a, b) = (try tensor(0, of: node), try tensor(1, of: node))
    guard a.liesLike(b) else {
      throw node.unsupported("its inputs \(Shape(a.shape)) and \(Shape(b.shape)) lie in different orders of axes.")
    }
    switch node.type {
    case "Add":
      guard a.tensor !== b.tensor else {
        return set(node, a.with(try rescaled(a.tensor, 2, 0, name: name(node))))
      }
      set(node, a.with(try call(Add(name: name(node)), [a.tensor, b.tensor])))
    case "Sub":
      set(node, a.with(try call(Subtract(name: name(node)), [a.tensor, b.tensor])))
    case "Max":
      set(node, a.with(try call(Maximum(name: name(node)), [a.tensor, b.tensor])))
    case "Min":
      set(node, a.with(try call(Minimum(name: name(node)), [a.tensor, b.tensor])))
    case "Mul":
      if let (x, activation) = Self.gated(a.tensor, b.tensor) ?? Self.gated(b.tensor, a.tensor) {
        return set(node, a.with(try call(ActivationLayer(activation, name: name(node)), [x])))
      }
      set(node, a.with(try call(Multiply(name: name(node)), [a.tensor, b.tensor])))
    default: throw node.unsupported("a quotient of two results is not known.")
    }
  }

  /// x · sigmoid(x) and its like, which are one function.
  private static func gated(_ x: SymbolicTensor, _ gate: SymbolicTensor) -> (SymbolicTensor, Activation)? {
    guard let layer = gate.layer as? ActivationLayer, gate.inputs.count == 1 else { return nil }
    switch layer.activation {
    case .sigmoid where gate.inputs[0] === x: return (x, .swish)
    case .hardSigmoid where gate.inputs[0] === x: return (x, .hardSwish)
    case .tanh:
      guard let inner = gate.inputs[0].layer as? ActivationLayer, inner.activation == .softplus,
        gate.inputs[0].inputs.first === x
      else { return nil }
      return (x, .mish)
    default: return nil
    }
  }

  /// A constant as one number, or one for each of the last axis of a result; nil if it is neither.
  func channelNumbers(_ constant: ONNXConstant, _ x: ONNXTensor, _ node: ONNXNode) throws -> [Float]? {
    guard let values = constant.floats else { throw node.unsupported("the batch's length is not known.") }
    let shape = x.shape
    guard constant.shape.count <= shape.count + 1 else { return nil }
    if values.count == 1 { return values }
    // Lengths are held against the last axes; a batch must not be among them.
    let lengths = [Int](repeating: 1, count: shape.count + 1 - constant.shape.count) + constant.shape
    let long = lengths.indices.filter { lengths[$0] != 1 }
    guard long.count == 1, long[0] > 0, x.order[long[0] - 1] == x.tensor.shape.rank - 1,
      lengths[long[0]] == shape[long[0] - 1]
    else { return nil }
    return x.aligned(values)
  }
}
