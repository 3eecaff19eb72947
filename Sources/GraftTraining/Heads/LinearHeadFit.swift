public import GraftCore
public import GraftLayers

/// A fitted linear head.
public struct LinearHeadFit: Sendable {
  /// Weights for features as they are, (features, classes): standardisation is folded in.
  public let kernel: Tensor
  /// What is added for each class, (classes).
  public let bias: Tensor
  /// The strength of regularisation, as scikit-learn's C.
  public let regularization: Double
  /// What cross-validation found, the strongest regularisation first, up to where weaker ones were clearly worse; empty if
  /// it was not needed or not possible.
  public let scores: [RegularizationScore]
  /// The number of folds; 0 without cross-validation.
  public let foldCount: Int
  /// What was made small: mean cross-entropy plus penalty.
  public let loss: Double
  /// The largest element of its gradient where the fit ended.
  public let gradientNorm: Double
  /// How often the function was computed for the final fit.
  public let evaluationCount: Int
  /// Seconds from standardisation to the end.
  public let seconds: Double

  /// What cross-validation found for the strength that was chosen.
  public var score: RegularizationScore? { scores.first { $0.regularization == regularization } }

  /// Gives a layer the head's weights: `Dense(classes, activation: .softmax)` that has been called on features.
  ///
  /// - Throws: `GraftError.shapeMismatch` if the layer is of another size or has no bias.
  public func assign(to layer: Dense) throws {
    guard layer.variables.count == 2 else {
      throw GraftError(
        .shapeMismatch, "Layer \"\(layer.name)\" needs a kernel and a bias, and to have been called on features.")
    }
    try layer.variables[0].assign(kernel)
    try layer.variables[1].assign(bias)
  }
}
