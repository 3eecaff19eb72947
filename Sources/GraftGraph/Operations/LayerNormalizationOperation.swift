/// Normalisation of every row of channels (the last axis) by its own mean and variance: γ (x − μ) / √(σ² + ε) + β.
///
/// Parameters: gamma if `hasScale`, beta if `hasOffset`, each (channels). Definition: keras.layers.LayerNormalization.
package struct LayerNormalizationOperation: Sendable, Hashable {
  /// Added to the variance.
  package var epsilon: Float
  /// Whether gamma is among the parameters.
  package var hasScale: Bool
  /// Whether beta is among the parameters.
  package var hasOffset: Bool

  /// Makes a layer normalisation.
  package init(epsilon: Float, hasScale: Bool, hasOffset: Bool) {
    self.epsilon = epsilon
    self.hasScale = hasScale
    self.hasOffset = hasOffset
  }
}
