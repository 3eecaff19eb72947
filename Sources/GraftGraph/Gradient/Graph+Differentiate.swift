package import GraftCore

extension Graph {
  /// The training step of this graph: forward pass, loss, and the reverse pass to every trainable parameter.
  ///
  /// The prediction must be the only output. Two inputs are added: `target`, with the given per-sample shape, and `weight`,
  /// one number per sample. The result's outputs are the prediction and the loss (one number per sample, without its
  /// weight); gradients belong to Σ weight · loss. Only paths that reach a trainable parameter are differentiated.
  ///
  /// A batch's mean loss has weights of 1 / batch. Parts of a batch, weighted classes and samples, and rows that only fill
  /// a batch up (weight 0) are other weights, nothing else.
  ///
  /// - Throws: `GraftError.shapeMismatch` if predictions are not one row of classes per sample, or targets do not fit them;
  ///   `GraftError.invalidArgument` if nothing is trainable; `GraftError.unsupported` for an operation without a rule.
  ///
  /// Where the prediction comes from softmax, or from sigmoid for a binary loss, loss and activation are differentiated
  /// together, which is stable: this is what Keras does with a model that ends in them.
  package func differentiated(loss: LossFunction, targetShape: Shape) throws -> Graph {
    // First of all, zeros around a picture move into the convolution: its gradient then needs no step of its own.
    var pass = ReversePass(graph: foldingZeroPadding())
    try pass.run(loss: loss, targetShape: targetShape)
    return pass.graph.removingDeadNodes()
  }
}

/// The state of one reverse pass: the graph that grows, and the gradients that have arrived at each node.
struct ReversePass {
  var graph: Graph
  private let forwardCount: Int
  private let needsGradient: [Bool]
  private var arrived: [NodeID: [NodeID]] = [:]

  init(graph: Graph) {
    self.graph = graph
    forwardCount = graph.nodes.count
    var needs = [Bool](repeating: false, count: graph.nodes.count)
    for id in graph.ids {
      let node = graph[id]
      needs[id.index] =
        node.parameters.contains { graph[$0].role == .trainable } || node.inputs.contains { needs[$0.index] }
    }
    needsGradient = needs
  }

  /// Whether anything at or before a node is trainable.
  func needsGradient(_ id: NodeID) -> Bool { needsGradient[id.index] }

  mutating func run(loss: LossFunction, targetShape: Shape) throws {
    let attached = try graph.attachingLoss(loss, targetShape: targetShape)
    graph = attached.graph
    let lossInput = attached.lossInput
    guard needsGradient(lossInput) else {
      throw GraftError(
        .invalidArgument, "Nothing to train: no layer with weights is trainable. Set isTrainable on a layer.")
    }
    let weight = graph.addInput(name: "weight", shape: [])
    let gradient = graph.add(
      Node(
        name: "loss", operation: .gradient(.loss(attached.loss)), inputs: [lossInput, attached.target, weight],
        shape: graph[lossInput].shape))
    arrived[lossInput] = [gradient]

    for id in (0..<forwardCount).reversed().map(NodeID.init) where needsGradient(id) {
      guard let gradient = gather(id) else { continue }
      try differentiate(id, gradient)
    }
  }

  /// Sends a gradient to a forward node, if anything before it is trainable.
  mutating func send(_ gradient: NodeID, to id: NodeID) { arrived[id, default: []].append(gradient) }

  /// Appends a step of the reverse pass that belongs to a forward node.
  mutating func add(
    _ operation: GradientOperation, for id: NodeID, inputs: [NodeID], shape: Shape, gradients: [ParameterID] = [],
    parameters: [ParameterID] = [], readsSavedState: Bool = false
  ) -> NodeID {
    graph.add(
      Node(
        name: graph[id].name, operation: .gradient(operation), inputs: inputs, parameters: parameters,
        gradients: gradients, forward: readsSavedState ? id : nil, shape: shape))
  }

  /// The sum of the gradients that have arrived at a node.
  private mutating func gather(_ id: NodeID) -> NodeID? {
    guard let gradients = arrived[id] else { return nil }
    if gradients.count == 1 { return gradients[0] }
    return graph.add(Node(name: graph[id].name, operation: .add, inputs: gradients, shape: graph[id].shape))
  }
}
