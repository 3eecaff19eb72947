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
    if node.type == "Range" {
      let bounds = try node.inputs.indices.map { try constant($0, of: node)?.ints ?? [] }
      guard bounds.count == 3, bounds[0] == [0], bounds[1] == [nil], bounds[2] == [1] else { return false }
      return define(node, ONNXConstant(shape: [2], [0, 1]))
    }
    let places = node.inputs.indices.filter { if case .places = operands[node.inputs[$0]] { true } else { false } }
    guard let place = places.first, node.type != "Gather" else { return false }
    let isLinear = ["Add", "Mul"].contains(node.type) && places.count == 1
    guard isLinear || (["Identity", "Cast", "Unsqueeze"].contains(node.type) && place == 0) else {
      throw node.unsupported("the places of pictures are only added to and multiplied.")
    }
    let values = try node.inputs.indices.compactMap { index -> ONNXConstant? in
      if case .places(let known) = operands[node.inputs[index]] { return known }
      return try constant(index, of: node)
    }
    guard let result = try ONNXFolding.result(of: node, values), result.shape.first == 2, result.ints != nil else {
      throw node.unsupported("the places of pictures must stay whole numbers, one row for each picture.")
    }
    return define(node, result)
  }

  private mutating func define(_ node: ONNXNode, _ places: ONNXConstant) -> Bool {
    if let name = node.outputs.first { operands[name] = .places(places) }
    return true
  }

  /// What is gathered from all pictures: the same elements as before, under another shape.
  mutating func gather(_ node: ONNXNode) throws {
    guard let source = node.input(0), case .row(let x)? = operands[source], let name = node.input(1),
      try node.int("axis", default: 0) == 0
    else { throw node.unsupported("it reads a result of the network.") }
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
