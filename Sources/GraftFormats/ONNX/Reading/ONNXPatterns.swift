internal import GraftCore

/// Finds what exporters write with several operators and is one: the exact GELU, and the normalisation of channels.
///
/// Nodes in between stay; nothing needs them any more unless something else reads them.
struct ONNXPatterns {
  private let source: ONNXSource
  private var makers: [String: Int] = [:]
  private var readers: [String: [Int]] = [:]

  /// The nodes with what was found in the place of its last node.
  static func fused(_ source: ONNXSource) throws -> [ONNXNode] {
    let patterns = ONNXPatterns(source)
    var nodes = source.nodes
    for (index, node) in source.nodes.enumerated() {
      switch node.type {
      case "Erf":
        if let (place, input) = try patterns.gelu(index) {
          nodes[place] = ONNXNode("Gelu", inputs: [input], like: source.nodes[place])
        }
      case "Div":
        if let found = try patterns.normalization(index) { nodes[index] = found }
      default: break
      }
    }
    return nodes
  }

  private init(_ source: ONNXSource) {
    self.source = source
    for (index, node) in source.nodes.enumerated() {
      for name in node.outputs { makers[name] = index }
      for name in node.inputs { readers[name, default: []].append(index) }
    }
  }

  // MARK: GELU

  /// x · ½ (1 + erf(x / √2)), in the orders in which it is written: the node that ends it, and x.
  private func gelu(_ error: Int) throws -> (place: Int, input: String)? {
    let erf = source.nodes[error]
    guard let scaled = erf.input(0).flatMap(maker), let x = scaled.input(0), let value = try scalar(scaled, 1),
      (scaled.type == "Div" && near(value, 2.0.squareRoot())) || (scaled.type == "Mul" && near(value, 0.5.squareRoot()))
    else { return nil }
    guard let sum = reader(erf), sum.node.type == "Add", try other(sum.node, than: erf).flatMap(scalar) == 1,
      let product = reader(sum.node), product.node.type == "Mul", let factor = other(product.node, than: sum.node)
    else { return nil }
    if factor == x {
      guard let half = reader(product.node), try isHalf(half.node, of: product.node.outputs.first) else { return nil }
      return (half.index, x)
    }
    if try scalar(factor) == 0.5 {
      guard let last = reader(product.node), last.node.type == "Mul", other(last.node, than: product.node) == x else {
        return nil
      }
      return (last.index, x)
    }
    guard let half = maker(factor), try isHalf(half, of: x) else { return nil }
    return (product.index, x)
  }

  private func isHalf(_ node: ONNXNode, of name: String?) throws -> Bool {
    guard let name, let value = try node.inputs.first(where: { $0 != name }).flatMap(scalar) else { return false }
    return (node.type == "Mul" && value == 0.5 && node.inputs.contains(name))
      || (node.type == "Div" && value == 2 && node.inputs.first == name)
  }

  // MARK: Normalisation

  /// (x − mean) / √(variance + ε) along the last axis, before the scale and the offset.
  private func normalization(_ index: Int) throws -> ONNXNode? {
    let quotient = source.nodes[index]
    guard let centered = quotient.input(0).flatMap(maker), centered.type == "Sub", let x = centered.input(0),
      let mean = centered.input(1).flatMap(maker), mean.type == "ReduceMean", mean.input(0) == x,
      let root = quotient.input(1).flatMap(maker), root.type == "Sqrt",
      let sum = root.input(0).flatMap(maker), sum.type == "Add",
      let variance = sum.inputs.compactMap(maker).first(where: { $0.type == "ReduceMean" }),
      let epsilon = try other(sum, than: variance).flatMap(scalar), epsilon >= 0,
      let square = variance.input(0).flatMap(maker), square.input(0) == quotient.input(0)
    else { return nil }
    let isSquare =
      try square.type == "Pow" ? scalar(square, 1) == 2 : square.type == "Mul" && square.input(1) == square.input(0)
    guard isSquare, try axes(mean) == axes(variance), let axes = try axes(mean), axes.count == 1,
      try mean.int("keepdims", default: 1) == 1, try variance.int("keepdims", default: 1) == 1
    else { return nil }
    return ONNXNode(
      "LayerNormalization", inputs: [x], like: quotient,
      attributes: ["axis": .int(axes[0]), "epsilon": .float(epsilon)])
  }

  private func axes(_ node: ONNXNode) throws -> [Int]? {
    try ONNXFolding.axes(node, node.input(1).flatMap(constant))
  }

  // MARK: Neighbours

  private func maker(_ name: String) -> ONNXNode? { makers[name].map { source.nodes[$0] } }

  /// The one node that reads a node's result.
  private func reader(_ node: ONNXNode) -> (index: Int, node: ONNXNode)? {
    guard let name = node.outputs.first, let indices = readers[name], indices.count == 1 else { return nil }
    return (indices[0], source.nodes[indices[0]])
  }

  private func other(_ node: ONNXNode, than maker: ONNXNode) -> String? {
    node.inputs.count == 2 ? node.inputs.first { $0 != maker.outputs.first } : nil
  }

  private func scalar(_ node: ONNXNode, _ index: Int) throws -> Float? { try node.input(index).flatMap(scalar) }

  /// A constant of one number.
  private func scalar(_ name: String) throws -> Float? { try constant(name)?.scalar }

  private func constant(_ name: String) throws -> ONNXConstant? {
    if let record = source.initializers[name] { return record.count <= 16 ? try record.constant() : nil }
    guard let node = maker(name), node.type == "Constant", case .tensor(let record)? = node.attributes["value"],
      record.count <= 16
    else { return nil }
    return try record.constant()
  }

  private func near(_ value: Float, _ expected: Double) -> Bool { abs(Double(value) - expected) < 1e-6 }
}
