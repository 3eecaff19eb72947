package import GraftCore

/// Sets a random part of the elements to zero in training and scales the rest by 1 / (1 − rate); the identity otherwise.
package struct DropoutOperation: Sendable, Hashable {
  /// The part that is dropped, in [0, 1).
  package var rate: Float
  /// The seed of the masks: with the training step and the element's place it decides what is dropped.
  package var seed: UInt64
  /// The shape of one sample's mask, if it is smaller than the sample: where a length is 1, all share one decision.
  package var maskShape: Shape?

  /// Makes a dropout.
  package init(rate: Float, seed: UInt64, maskShape: Shape? = nil) {
    self.rate = rate
    self.seed = seed
    self.maskShape = maskShape
  }
}
