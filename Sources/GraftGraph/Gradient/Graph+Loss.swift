package import GraftCore

extension Graph {
  /// The graph with the loss of every sample as second output, and an input named `target` for what is wanted.
  ///
  /// Where the prediction comes from softmax, or from sigmoid for a binary loss, the loss is computed from the logits before
  /// it, as Keras does.
  package func withLoss(_ loss: LossFunction, targetShape: Shape) throws -> Graph {
    try attachingLoss(loss, targetShape: targetShape).graph
  }

  /// The same, with what a reverse pass needs to know: the node that the loss reads, and the loss as it reads it.
  func attachingLoss(
    _ loss: LossFunction, targetShape: Shape
  ) throws -> (graph: Graph, lossInput: NodeID, target: NodeID, loss: LossFunction) {
    guard outputs.count == 1 else {
      throw GraftError(.invalidArgument, "A loss needs a model with one output. Received: \(outputs.count).")
    }
    var graph = self
    let prediction = outputs[0]
    try loss.check(prediction: self[prediction], targetShape: targetShape)
    let target = graph.addInput(name: "target", shape: targetShape)
    var lossInput = prediction
    var used = loss
    if case .activation(let activation) = self[prediction].operation, loss.skips(activation) {
      lossInput = self[prediction].inputs[0]
      used.fromLogits = true
    }
    let losses = graph.add(Node(name: "loss", operation: .loss(used), inputs: [lossInput, target], shape: []))
    graph.outputs = [prediction, losses]
    return (graph, lossInput, target, used)
  }
}
