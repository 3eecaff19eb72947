internal import GraftCore

extension LossFunction {
  /// What makes the numbers impossible to work with, if anything does.
  package var problem: String? {
    guard (0...1).contains(labelSmoothing) else {
      return "labelSmoothing must lie in [0, 1]. Received: \(labelSmoothing)."
    }
    guard labelSmoothing == 0 || (kind != .sparseCategoricalCrossentropy && kind != .meanSquaredError) else {
      return "\(kind.rawValue) has no labelSmoothing. Received: \(labelSmoothing)."
    }
    guard !(fromLogits && kind == .meanSquaredError) else {
      return "meanSquaredError takes predictions as they are. Received: fromLogits."
    }
    guard gamma >= 0, gamma.isFinite else { return "gamma must be a finite number, at least 0. Received: \(gamma)." }
    guard alpha >= 0, alpha.isFinite else { return "alpha must be a finite number, at least 0. Received: \(alpha)." }
    return nil
  }

  /// Whether every output is a question of its own, so that none, one or several can be true.
  package var isBinary: Bool { kind == .binaryCrossentropy || kind == .binaryFocalCrossentropy }

  /// Whether a loss is computed from the logits behind a prediction, given the activation that made it.
  ///
  /// Cross-entropies do that in Keras even if told that they get logits; focal losses only if not.
  func skips(_ activation: Activation) -> Bool {
    switch kind {
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy: activation == .softmax
    case .binaryCrossentropy: activation == .sigmoid
    case .categoricalFocalCrossentropy: activation == .softmax && !fromLogits
    case .binaryFocalCrossentropy: activation == .sigmoid && !fromLogits
    case .meanSquaredError: false
    }
  }

  /// Throws unless predictions are one row of numbers per sample, and targets fit them.
  func check(prediction: Node, targetShape: Shape) throws {
    if let problem { throw GraftError(.invalidArgument, problem) }
    guard prediction.shape.rank == 1 else {
      throw GraftError(
        .shapeMismatch,
        """
        \(kind.rawValue) needs predictions of shape (outputs). Received: \(prediction.shape) from layer \
        "\(prediction.name)".
        """)
    }
    let isSparse = kind == .sparseCategoricalCrossentropy
    guard isSparse ? targetShape.count == 1 : targetShape == prediction.shape else {
      let expected: Shape = isSparse ? [] : prediction.shape
      throw GraftError(
        .shapeMismatch,
        """
        \(kind.rawValue) needs targets of shape \(expected) for predictions of shape \(prediction.shape). Received: \
        \(targetShape).
        """)
    }
  }
}
