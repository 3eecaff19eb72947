internal import GraftGraph

/// What `compile` was given.
struct Compilation: Sendable {
  let optimizer: Optimizer
  let loss: LossFunction
  let metrics: [Metric]
  /// The optimizer's memory of earlier runs, as Keras keeps it from one `fit` to the next.
  var optimizerState: OptimizerSnapshot?
  /// A digest of the weights that the model began with, while it has those of a run that can be resumed.
  var origin: String?
}
