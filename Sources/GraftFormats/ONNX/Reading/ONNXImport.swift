internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// Turns an ONNX graph into layers, node by node in the file's order, as far as the wanted output needs them.
struct ONNXImport {
  /// As many numbers may a value between two layers have for one picture: what is larger is a mistake or an attack.
  static let valueLimit = 1 << 28

  let source: ONNXSource
  let nodes: [ONNXNode]
  /// The nodes that read a value.
  private let readers: [String: [Int]]
  var operands: [String: ONNXOperand] = [:]
  /// Results that are never negative.
  private var nonNegative: Set<ObjectIdentifier> = []
  private var names: Set<String> = []
  /// Nodes that became part of the one before them.
  var absorbed: Set<Int> = []
  /// The result of such a node, which the next result that is defined stands for as well.
  var sameResult: String?
  /// How many more numbers may be read or computed: constants that are used over and over would fill the memory.
  private var budget: Int
  /// The layer after which nothing is wanted.
  private let end: String?
  private var last: ONNXTensor?
  /// The batch's length, if the file fixes it.
  private(set) var batch: Int?
  private var position = 0

  init(_ source: ONNXSource, endingAt end: String? = nil) throws {
    self.source = source
    self.end = end
    nodes = try ONNXPatterns.fused(source)
    readers = nodes.enumerated().reduce(into: [:]) { readers, item in
      for name in item.element.inputs { readers[name, default: []].append(item.offset) }
    }
    budget = 16 * (source.byteCount + source.elementCount) + (1 << 20)
  }

  /// Builds the network.
  ///
  /// - Parameters:
  ///   - output: The name of the output in the file.
  ///   - shape: The shape of a picture.
  mutating func model(output: String, input: ONNXInput, shape: Shape, _ preprocessing: Preprocessing?) throws -> Model {
    let entry = Input(shape: shape, preprocessing: preprocessing, name: unique(ONNXName.plain(input.name, or: "input")))
    if let failure = entry.failure { throw failure }
    let isPicture = shape.rank == 3 && ONNXLayout(of: input, in: nodes).isChannelsFirst
    let first = ONNXTensor(entry, order: isPicture ? ONNXTensor.channelsFirst : nil)
    operands[input.name] = .tensor(first)
    batch = input.lengths?.first ?? nil
    last = first
    let wanted = try reachable(from: output)
    for (index, node) in nodes.enumerated() where wanted.contains(index) && !absorbed.contains(index) {
      position = index
      do {
        try translate(node)
      } catch let error as GraftError where error.code != .corrupt {
        guard let known = last?.tensor.layer, !(known is InputLayer) else { throw error }
        throw GraftError(
          error.code, "\(error.message) What comes before can be read: the last layer that was is \"\(known.name)\".")
      }
      if let end, let last, names.contains(end), last.tensor.layer.name == end { break }
    }
    let result = end == nil ? try tensor(output) : last
    guard let result else { throw GraftError(.corrupt, "The graph's output '\(output)' is never computed.") }
    guard result.elements == nil else {
      throw GraftError(
        .unsupported,
        """
        The network ends with a picture that is flattened channel by channel, whose elements lie in another order here. Cut \
        it before, for example at "\(result.tensor.inputs.first?.layer.name ?? result.tensor.layer.name)".
        """)
    }
    let model = Model(
      inputs: entry, outputs: result.tensor, name: ONNXName.plain(source.name, or: "onnx"))
    try model.check()
    return model
  }

  /// The nodes that an output needs.
  private func reachable(from output: String) throws -> Set<Int> {
    var makers: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard makers.updateValue(index, forKey: name) == nil else {
          throw GraftError(.corrupt, "Two nodes make '\(name)'.")
        }
      }
    }
    var found: Set<Int> = []
    var open = [output]
    while let name = open.popLast() {
      guard let index = makers[name], found.insert(index).inserted else { continue }
      open += nodes[index].inputs
    }
    return found
  }

  // MARK: Operands

  /// Whether a name stands for something that is known without running the network.
  func isConstant(_ name: String) -> Bool {
    guard let known = operands[name] else { return source.initializers[name] != nil }
    if case .constant = known { return true }
    return false
  }

  /// What a name stands for.
  mutating func operand(_ name: String, of node: ONNXNode) throws -> ONNXOperand {
    if let known = operands[name] {
      if case .constant(let constant) = known { try spend(constant.count, node) }
      return known
    }
    guard let record = source.initializers[name] else {
      throw node.corrupt("it reads '\(name)' before anything makes it.")
    }
    try spend(record.count, node)
    return .constant(try record.constant())
  }

  func tensor(_ name: String) throws -> ONNXTensor {
    guard case .tensor(let tensor)? = operands[name] else {
      if let known = operands[name], case .row = known {
        throw GraftError(.unsupported, "The graph's output '\(name)' is \(known.summary); one for each is expected.")
      }
      throw GraftError(.corrupt, "The graph's output '\(name)' does not depend on its input.")
    }
    return tensor
  }

  /// An operand that must be a result of the network.
  mutating func tensor(_ index: Int, of node: ONNXNode) throws -> ONNXTensor {
    guard let name = node.input(index) else { throw node.corrupt("its input \(index) is missing.") }
    let operand = try operand(name, of: node)
    guard case .tensor(let tensor) = operand else {
      throw node.unsupported("expected a result of the network as input \(index). Received \(operand.summary).")
    }
    return tensor
  }

  /// An operand that must be known; nil if it is left out.
  mutating func constant(_ index: Int, of node: ONNXNode) throws -> ONNXConstant? {
    guard let name = node.input(index) else { return nil }
    let operand = try operand(name, of: node)
    guard case .constant(let constant) = operand else {
      throw node.unsupported("expected a constant as input \(index). Received \(operand.summary).")
    }
    return constant
  }

  /// Weights that must be there and be finite.
  mutating func weights(_ index: Int, of node: ONNXNode) throws -> (shape: [Int], values: [Float]) {
    guard let constant = try constant(index, of: node), let floats = constant.floats else {
      throw node.corrupt("its input \(index) is missing.")
    }
    guard floats.allSatisfy(\.isFinite) else {
      throw GraftError(.nonFinite, "\(node.label): its input \(index) holds numbers that are not finite.")
    }
    return (constant.shape, floats)
  }

  mutating func spend(_ count: Int, _ node: ONNXNode) throws {
    budget -= count
    guard budget >= 0 else {
      throw node.unsupported("the file's constants are used so often that they would take many times its size.")
    }
  }

  // MARK: Layers

  /// Calls a layer and gives it its weights.
  mutating func call(
    _ layer: Layer, _ inputs: [SymbolicTensor], weights: [Tensor] = [], isNonNegative: Bool = false
  ) throws -> SymbolicTensor {
    let result = layer(inputs)
    if let failure = result.failure { throw failure }
    guard let size = result.shape.byteCount(elementSize: 1), size <= Self.valueLimit else {
      throw GraftError(.unsupported, "Layer \"\(layer.name)\" would give a result of the shape \(result.shape).")
    }
    for (variable, value) in zip(layer.variables, weights) { try variable.assign(value) }
    let passesOn =
      layer is MaxPooling2D || layer is AveragePooling2D || layer is GlobalAveragePooling2D
      || layer is GlobalMaxPooling2D || layer is Concatenate || layer is Add || layer is Multiply
      || layer is ZeroPadding2D || layer is Cropping2D || layer is Reshape || layer is Flatten
    if isNonNegative || (passesOn && inputs.allSatisfy(self.isNonNegative)) {
      nonNegative.insert(ObjectIdentifier(result))
    }
    return result
  }

  func isNonNegative(_ tensor: SymbolicTensor) -> Bool { nonNegative.contains(ObjectIdentifier(tensor)) }

  /// Defines a node's result.
  mutating func set(_ node: ONNXNode, _ tensor: ONNXTensor) {
    for name in [node.outputs.first, sameResult].compactMap({ $0 }) { operands[name] = .tensor(tensor) }
    sameResult = nil
    last = tensor
  }

  /// A name that no layer has.
  mutating func unique(_ name: String) -> String {
    var result = name
    var number = 0
    while !names.insert(result).inserted {
      number += 1
      result = "\(name)_\(number)"
    }
    return result
  }

  /// A name for the layer of a node.
  mutating func name(_ node: ONNXNode) -> String {
    unique(ONNXName.layer(node))
  }

  /// The node behind the present one that alone reads a result, and its place.
  func onlyReader(of name: String) -> (index: Int, node: ONNXNode)? {
    guard let indices = readers[name], indices.count == 1, indices[0] > position, !source.outputs.contains(name) else {
      return nil
    }
    return (indices[0], nodes[indices[0]])
  }
}
