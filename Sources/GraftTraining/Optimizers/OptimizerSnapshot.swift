package import GraftCore

/// Everything that an optimizer remembers between steps, as a value: for the next run, and for checkpoints.
package struct OptimizerSnapshot: Sendable, Equatable {
  /// The rule and its numbers.
  package let optimizer: Optimizer
  /// Steps made so far.
  package let iterations: Int
  /// What callbacks multiply the learning rate by.
  package let learningRateScale: Float
  /// The weights that it is for, in their order.
  package let weights: [String]
  /// `<slot>/<weight>`, as `momentum/dense/kernel`; the slot `average` holds moving averages of weights.
  package let tensors: [String: Tensor]

  package init(
    optimizer: Optimizer, iterations: Int, learningRateScale: Float, weights: [String], tensors: [String: Tensor]
  ) {
    self.optimizer = optimizer
    self.iterations = iterations
    self.learningRateScale = learningRateScale
    self.weights = weights
    self.tensors = tensors
  }
}
