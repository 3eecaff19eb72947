internal import GraftCore
internal import GraftLayers

/// Walks through the memory of all pictures, as which PyTorch's exporter writes a view of what lies with its channels last: all
/// pictures become one row of numbers, of which some are gathered by their places, first place plus length times picture.
///
/// Places are computed as they are for two pictures; as only sums, and products with what is known, are, they go on so.
extension ONNXImport {
  /// Computes a node of which one operand is places of all pictures, or the numbers of the pictures themselves.
  ///
  /// - Returns: Whether it was one.
  mutating func placePictures(_ node: ONNXNode) throws -> Bool {
    if node.type == "Range", node.inputs.count == 3, isBatchLength(node.inputs[1]) {
      let bounds = try [0, 2].map { try constant($0, of: node)?.ints }
      guard bounds == [[0], [1]] else { throw node.unsupported("of a batch only all pictures can be counted.") }
      try define(node, ONNXConstant(shape: [2], [0, 1]))
      return true
    }
    let indices = node.inputs.indices.filter { if case .places = operands[node.inputs[$0]] { true } else { false } }
    guard !indices.isEmpty, node.type != "Gather" else { return false }
    let values = try node.inputs.indices.compactMap { index -> ONNXConstant? in
      guard case .places(let known) = operands[node.inputs[index]] else { return try constant(index, of: node) }
      try spend(known.count, node)
      return known
    }
    guard indices.count == 1, keepsPictures(node, values, at: indices[0]),
      let result = try ONNXFolding.result(of: node, values), result.shape.first == 2, result.ints != nil
    else { throw node.unsupported("the places of pictures are only added to and multiplied, one row for each.") }
    try define(node, result)
    return true
  }

  /// Whether a node does the same for any number of pictures, which stay the first axis.
  private func keepsPictures(_ node: ONNXNode, _ values: [ONNXConstant], at place: Int) -> Bool {
    switch node.type {
    case "Add", "Mul":
      guard values.count == 2 else { return false }
      let (own, other) = (values[place].shape, values[1 - place].shape)
      return other.count < own.count || (other.count == own.count && other.first == 1)
    case "Cast": return place == 0 && [6, 7].contains((try? node.int("to", default: 1)) ?? 0)
    case "Identity", "Unsqueeze": return place == 0
    default: return false
    }
  }

  /// Whether a value is the length of the batch itself, picked from a shape: sums of it are not known either.
  private func isBatchLength(_ name: String) -> Bool {
    guard case .constant(let length)? = operands[name], length.ints == [nil] else { return false }
    var name = name
    for _ in 0..<8 {
      guard let node = nodes.first(where: { $0.outputs.first == name }) else { return false }
      if node.type == "Shape" { return true }
      guard ["Cast", "Gather", "Identity", "Reshape", "Slice", "Squeeze", "Unsqueeze"].contains(node.type),
        let next = node.input(0)
      else { return false }
      name = next
    }
    return false
  }

  private mutating func define(_ node: ONNXNode, _ places: ONNXConstant) throws {
    try spend(places.count, node)
    if let name = node.outputs.first { operands[name] = .places(places) }
  }

  /// What is gathered from all pictures: the same elements as before, under another shape.
  mutating func gather(_ node: ONNXNode) throws {
    guard let source = node.input(0), case .row(let x)? = operands[source], let name = node.input(1),
      [0, -1].contains(try node.int("axis", default: 0))
    else {
      throw node.unsupported(
        "of the network's results only all can be gathered, in their order, from one row (PyTorch writes views so).")
    }
    var (places, pictures): (ONNXConstant?, Int?) = (nil, 2)
    if case .places(let known)? = operands[name] {
      places = known
    } else {
      (places, pictures) = (try constant(1, of: node), batch)
    }
    guard let places, let pictures, places.shape.count > 1, places.shape[0] == pictures,
      places.count == pictures * x.tensor.shape.count, let numbers = places.ints,
      numbers.enumerated().allSatisfy({ $0.element == $0.offset })
    else { throw node.unsupported("of all pictures only all elements can be gathered, in their order.") }
    try reshape(node, x, to: Array(places.shape.dropFirst()))
  }
}
