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
    training = try graph.optimizedForTraining()
      .differentiated(loss: loss, targetShape: targetShape)
      .replayingNormalizations()
    evaluation = try graph.withLoss(loss, targetShape: targetShape)
  }

  /// Whether steps are long enough to be shared by several cores: whether there are convolutions among them. A head's
  /// kernels are so short that two cores gain nothing.
  var isHeavy: Bool {
    graph.nodes.contains { if case .convolution = $0.operation { true } else { false } }
  }

  /// Whether samples of a batch depend on each other, so that a batch cannot be run in parts one after another.
  var usesBatchStatistics: Bool { !normalizations.isEmpty }

  /// How many numbers workers exchange at most: two per channel of a normalisation, and the count.
  var exchangeWidth: Int { 2 * (normalizations.map { $0.shape[-1] }.max() ?? 0) + 1 }

  private var normalizations: [Node] {
    training.nodes.filter {
      if case .batchNormalization(let normalization) = $0.operation { normalization.usesBatchStatistics } else { false }
    }
  }

  /// How many samples run at a time where a batch may be cut: as few as keep intermediate results in the cache, as many as
  /// make the weights, which are packed and whose gradients are added up anew each time, a fifth of what is moved.
  var microBatch: Int {
    let weights = graph.parameters.reduce(0) { $0 + ($1.role == .trainable ? $1.value.count : 0) }
    let values = graph.nodes.reduce(1) { $0 + $1.shape.count }
    return max(2, (4 * weights + values - 1) / values)
  }
}
