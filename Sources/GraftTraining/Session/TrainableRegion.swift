internal import GraftCore
internal import GraftGraph

/// The trainable region of a network in the forms that a run needs.
///
/// Making it shows whether the network can be trained at all, before any picture is read.
struct TrainableRegion: Sendable {
  /// The region as it is; its inputs are features.
  let graph: Graph
  /// With the loss and the reverse pass.
  let training: Graph
  /// With the loss.
  let evaluation: Graph

  /// - Throws: `GraftError` if nothing is trainable, or something that has no reverse pass is.
  init(_ graph: Graph, loss: LossFunction, targetShape: Shape) throws {
    self.graph = graph
    training = try graph.differentiated(loss: loss, targetShape: targetShape)
    evaluation = try graph.withLoss(loss, targetShape: targetShape)
  }
}
