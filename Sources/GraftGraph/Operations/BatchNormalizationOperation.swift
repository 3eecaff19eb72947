/// Normalisation of every channel (the last axis): γ (x − μ) / √(σ² + ε) + β.
///
/// Parameters: gamma if `hasScale`, beta if `hasOffset`, then moving mean and moving variance, each (channels).
/// Definition: keras.layers.BatchNormalization; moving ← momentum · moving + (1 − momentum) · batch.
package struct BatchNormalizationOperation: Sendable, Hashable {
  /// Added to the variance.
  package var epsilon: Float
  /// How much of the old moving statistics a training step keeps, as people wrote it: 1 − 0.999 is then 0.001, as in Keras,
  /// and not the 0.00099999 that float32 makes of it.
  package var momentum: Double
  /// Whether gamma is among the parameters.
  package var hasScale: Bool
  /// Whether beta is among the parameters.
  package var hasOffset: Bool
  /// Whether training normalises by the batch and updates the moving statistics; a frozen one never does.
  package var usesBatchStatistics: Bool
  /// Applied to the result: linear, or relu or relu6 (set by fusion, in training).
  package var activation = Activation.linear

  /// Makes a batch normalisation without a fused activation.
  package init(epsilon: Float, momentum: Double, hasScale: Bool, hasOffset: Bool, usesBatchStatistics: Bool) {
    self.epsilon = epsilon
    self.momentum = momentum
    self.hasScale = hasScale
    self.hasOffset = hasOffset
    self.usesBatchStatistics = usesBatchStatistics
  }
}
