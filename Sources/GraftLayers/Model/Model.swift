public import GraftCore
package import GraftGraph

/// A network: layers between an input and an output. A model is a layer, too, and can be called in another model.
///
/// ```swift
/// let model = Model(inputs: base.input, outputs: predictions)
/// try print(model.summary())
/// ```
open class Model: Layer {
  package override class var className: String { "Functional" }
  /// Where data enter.
  public let input: SymbolicTensor
  /// What the network computes.
  private let result: SymbolicTensor
  /// All symbolic tensors between input and output, in the order in which Keras lists their layers.
  package let tensors: [SymbolicTensor]
  /// The layers, each once, in Keras's order.
  public let layers: [Layer]
  private static let mostNestedNodes = 1 << 14
  /// What `compile` was given; set and read by training alone.
  package var compilation: (any Sendable)?
  /// Where the weights came from, as a sentence, if whoever made the model said it.
  public var provenance: String?

  /// Makes a model of all layers that lie between an input and an output.
  public init(inputs: SymbolicTensor, outputs: SymbolicTensor, name: String? = nil) {
    input = inputs
    result = outputs
    tensors = TensorOrder.sorted(from: outputs)
    var seen: Set<ObjectIdentifier> = []
    layers = tensors.map(\.layer).filter { seen.insert(ObjectIdentifier($0)).inserted }
    super.init(name: name)
  }

  /// What the network computes.
  public override var output: SymbolicTensor { result }

  /// Whether training changes weights. Setting it sets it for all layers, nested ones included.
  public override var isTrainable: Bool {
    get { super.isTrainable }
    set {
      super.isTrainable = newValue
      for layer in layers { layer.isTrainable = newValue }
    }
  }

  /// Marks the model itself, and none of its layers.
  func setOwnTrainability(_ isTrainable: Bool) { super.isTrainable = isTrainable }

  /// What the learning rate is multiplied by. Setting it sets it for all layers, nested ones included.
  public override var learningRateMultiplier: Float {
    get { super.learningRateMultiplier }
    set {
      super.learningRateMultiplier = newValue
      for layer in layers { layer.learningRateMultiplier = newValue }
    }
  }

  /// The layer with a name, searched in nested models, too.
  ///
  /// - Throws: `GraftError.invalidArgument`, naming the most similar layers, if there is none.
  public func layer(named name: String) throws -> Layer {
    if let found = find(name) { return found }
    let known = allLayers.map(\.name)
    let similar = known.sorted { $0.editDistance(to: name) < $1.editDistance(to: name) }.prefix(3)
    throw GraftError(
      .invalidArgument,
      """
      No layer is named "\(name)". The nearest of the \(known.count) names: \
      \(similar.map { "\"\($0)\"" }.joined(separator: ", ")).
      """)
  }

  private func find(_ name: String) -> Layer? {
    for layer in layers {
      if layer.name == name { return layer }
      if let found = (layer as? Model)?.find(name) { return found }
    }
    return nil
  }

  /// All layers that are not models themselves, nested ones included.
  package var allLayers: [Layer] { layers.flatMap { ($0 as? Model)?.allLayers ?? [$0] } }

  /// What turns an RGB picture into this network's input, if its input says so.
  public var preprocessing: Preprocessing? {
    (input.layer as? InputLayer)?.preprocessing
      ?? tensors.lazy.filter { $0.inputs.count == 1 && $0.inputs[0] === self.input }
      .compactMap { ($0.layer as? Model)?.preprocessing }.first
  }

  package override var ownedVariables: [(layer: Layer, variable: Variable)] {
    layers.flatMap(\.ownedVariables)
  }

  // MARK: Graph

  /// The operations of the network with the present weights.
  ///
  /// - Throws: What went wrong when a layer was called, or `GraftError.invalidArgument` if output and input are not
  ///   connected.
  package func graph() throws -> Graph {
    try check()
    var builder = GraphBuilder()
    let entry = builder.graph.addInput(name: input.layer.name, shape: input.shape)
    builder.graph.outputs = [try emit([entry], into: &builder)]
    return builder.graph
  }

  /// Throws whatever makes the network impossible to run.
  package func check() throws {
    if let failure = tensors.lazy.compactMap(\.failure).first { throw failure }
    var names: [String: Layer] = [:]
    for layer in layers {
      if let other = names.updateValue(layer, forKey: layer.name), other !== layer {
        throw GraftError(
          .invalidArgument, "Two layers are named \"\(layer.name)\". Names must be unique: they are the weights' keys.")
      }
    }
    for layer in layers where !(layer.learningRateMultiplier >= 0 && layer.learningRateMultiplier.isFinite) {
      throw GraftError(
        .invalidArgument,
        """
        Layer "\(layer.name)": learningRateMultiplier must be finite and not negative. Received: \
        \(layer.learningRateMultiplier).
        """)
    }
    for tensor in tensors where tensor.inputs.isEmpty && tensor !== input {
      throw GraftError(
        .invalidArgument,
        """
        The output depends on the input "\(tensor.layer.name)", which is not the model's input \
        ("\(input.layer.name)").
        """)
    }
    guard tensors.contains(where: { $0 === input }) else {
      throw GraftError(.invalidArgument, "The model's output does not depend on its input \"\(input.layer.name)\".")
    }
    for model in layers.compactMap({ $0 as? Model }) { try model.check() }
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard inputs.count == 1 else {
      throw GraftError(.invalidArgument, "\(name): a model has one input. Received: \(inputs.count).")
    }
    guard builder.graph[inputs[0]].shape == input.shape else {
      throw GraftError(
        .shapeMismatch,
        "\(name): the model's input has the shape \(input.shape). Received: \(builder.graph[inputs[0]].shape).")
    }
    try check()
    // Models that are called twice by models that are called twice …: a short file would become an endless network.
    guard builder.graph.nodes.count < Self.mostNestedNodes else {
      throw GraftError(
        .unsupported, "\(name): nested models would come to more than \(Self.mostNestedNodes) operations.")
    }
    builder.path.append(name)
    defer { builder.path.removeLast() }
    var nodes: [ObjectIdentifier: NodeID] = [ObjectIdentifier(input): inputs[0]]
    for tensor in tensors where tensor !== input {
      nodes[ObjectIdentifier(tensor)] = try tensor.layer.emit(
        tensor.inputs.compactMap { nodes[ObjectIdentifier($0)] }, into: &builder)
    }
    guard let node = nodes[ObjectIdentifier(result)] else {
      throw GraftError(.invalidArgument, "\(name): the output was not computed.")
    }
    return node
  }
}
