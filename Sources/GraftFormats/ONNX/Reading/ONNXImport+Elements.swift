internal import GraftCore
internal import GraftGraph
internal import GraftLayers

extension ONNXImport {
  // MARK: Functions

  mutating func activation(_ node: ONNXNode, _ activation: Activation) throws {
    let x = try tensor(0, of: node)
    set(node, x.with(try call(activation, x.tensor, name: name(node))))
  }

  private mutating func call(_ activation: Activation, _ x: SymbolicTensor, name: String) throws -> SymbolicTensor {
    let isNonNegative = [.relu, .relu6, .sigmoid, .hardSigmoid, .softplus, .exponential].contains(activation)
    let layer: Layer = activation == .relu ? ReLU(name: name) : ActivationLayer(activation, name: name)
    return try call(layer, [x], isNonNegative: isNonNegative)
  }

  /// x · scale + offset.
  mutating func rescaled(_ x: SymbolicTensor, _ scale: Float, _ offset: Float, name: String) throws -> SymbolicTensor {
    try call(Rescaling(scale: scale, offset: offset, name: name), [x])
  }

  mutating func softmax(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    let rank = x.shape.count + 1
    // Before opset 13 all axes from this one on were one; where it is the last that is the same.
    let fallback = source.opset < 13 ? 1 : -1
    let axis = try ONNXFolding.resolved([node.int("axis", default: fallback)], rank: rank, node)[0]
    guard axis > 0, x.order[axis - 1] == x.tensor.shape.rank - 1, source.opset >= 13 || axis == rank - 1 else {
      throw node.unsupported("expected a softmax of the channels.")
    }
    try activation(node, .softmax)
  }

  mutating func hardSigmoid(_ node: ONNXNode) throws {
    let alpha = try node.float("alpha", default: 0.2)
    let beta = try node.float("beta", default: 0.5)
    if abs(alpha - 1 / 6) < 1e-6, beta == 0.5 { return try activation(node, .hardSigmoid) }
    let x = try tensor(0, of: node)
    let name = name(node)
    let line = try rescaled(x.tensor, alpha, beta, name: unique("\(name)_line"))
    set(node, x.with(try clipped(line, 0, 1, name: name)))
  }

  mutating func exponentialUnit(_ node: ONNXNode) throws {
    let isScaled = node.type == "Selu"
    let alpha = try node.float("alpha", default: isScaled ? 1.673_263_2 : 1)
    guard isScaled else {
      if alpha == 1 { return try activation(node, .elu) }
      let x = try tensor(0, of: node)
      return set(node, x.with(try call(ELU(alpha: alpha, name: name(node)), [x.tensor])))
    }
    let gamma = try node.float("gamma", default: 1.050_701)
    guard abs(alpha - 1.673_263_2) < 1e-6 && abs(gamma - 1.050_701) < 1e-6 else {
      throw node.unsupported("only Keras's constants are known.")
    }
    try activation(node, .selu)
  }

  /// x for x > 0, else slope · x.
  mutating func leaky(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    var slopes = [try node.float("alpha", default: 0.01)]
    if node.type == "PRelu" {
      guard let constant = try constant(1, of: node), let values = try channelNumbers(constant, x, node) else {
        throw node.unsupported("expected one slope, or one for each channel.")
      }
      guard values.allSatisfy(\.isFinite) else {
        throw GraftError(.nonFinite, "\(node.label): its slopes hold numbers that are not finite.")
      }
      slopes = values
    }
    let name = name(node)
    if slopes.count == 1 {
      return set(node, x.with(try call(LeakyReLU(negativeSlope: slopes[0], name: name), [x.tensor])))
    }
    // Its channels are the last axis here.
    let rank = x.tensor.shape.rank
    let alpha = Tensor(shape: Shape([Int](repeating: 1, count: rank - 1) + [slopes.count]), slopes)
    set(
      node,
      x.with(try call(PReLU(sharedAxes: Array(1..<rank), name: name), [x.tensor], weights: [alpha])))
  }

  // MARK: Bounds

  mutating func clip(_ node: ONNXNode) throws {
    let x = try tensor(0, of: node)
    func given(_ index: Int, _ key: String, _ fallback: Float) throws -> Float {
      if let constant = try constant(index, of: node) {
        guard let value = constant.scalar else { throw node.corrupt("expected one number as a bound.") }
        return value
      }
      return try node.float(key, default: fallback)
    }
    let given = (low: try given(1, "min", -.infinity), high: try given(2, "max", .infinity))
    // The largest floats, which older operators have by default, are no bounds.
    let low = given.low <= -.greatestFiniteMagnitude ? -.infinity : given.low
    let high = given.high >= .greatestFiniteMagnitude ? .infinity : given.high
    guard low <= high else { throw node.corrupt("expected a lower and an upper bound. Received: \(low), \(high).") }
    if low == -.infinity, high == .infinity { return set(node, x) }
    set(node, x.with(try clipped(x.tensor, low, high, name: name(node))))
  }

  /// Max or Min of a value and a number, or of two values.
  mutating func bound(_ node: ONNXNode) throws {
    if node.inputs.count == 2, !node.inputs.contains(where: isConstant) { return try combination(node) }
    guard node.inputs.count == 2, let index = node.inputs.firstIndex(where: { isConstant($0) }),
      let value = try constant(index, of: node)?.scalar, value.isFinite
    else { throw node.unsupported("expected a result of the network and one number.") }
    let x = try tensor(1 - index, of: node)
    let isLower = node.type == "Max"
    set(
      node,
      x.with(
        try clipped(x.tensor, isLower ? value : -.infinity, isLower ? .infinity : value, name: name(node))))
  }

  /// Values between two bounds, of which either may be infinite.
  mutating func clipped(
    _ x: SymbolicTensor, _ low: Float, _ high: Float, name: String
  ) throws -> SymbolicTensor {
    switch (low, high) {
    case (0, .infinity): return try call(ReLU(name: name), [x], isNonNegative: true)
    case (0, _) where high.isFinite && high > 0:
      return try call(ReLU(maxValue: high, name: name), [x], isNonNegative: true)
    case (_, .infinity) where low.isFinite:
      let shifted = try rescaled(x, 1, -low, name: unique("\(name)_shift"))
      let cut = try call(ReLU(name: unique("\(name)_relu")), [shifted])
      return try rescaled(cut, 1, low, name: name)
    case (-.infinity, _) where high.isFinite:
      let turned = try rescaled(x, -1, high, name: unique("\(name)_shift"))
      let cut = try call(ReLU(name: unique("\(name)_relu")), [turned])
      return try rescaled(cut, -1, high, name: name)
    case _ where low.isFinite && high.isFinite && high > low:
      // A rectifier that ends at 6, stretched: what every export knows.
      let scale = 6 / (high - low)
      let shifted = try rescaled(x, scale, -low * scale, name: unique("\(name)_stretch"))
      let cut = try call(ReLU(maxValue: 6, name: unique("\(name)_relu6")), [shifted])
      return try call(Rescaling(scale: (high - low) / 6, offset: low, name: name), [cut], isNonNegative: low >= 0)
    default:
      throw GraftError(.unsupported, "Layer \"\(name)\": bounds of \(low) and \(high) leave nothing to compute.")
    }
  }
}
