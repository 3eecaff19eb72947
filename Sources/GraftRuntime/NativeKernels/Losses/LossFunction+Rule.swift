internal import GraftGraph

extension LossFunction {
  /// What computes this loss on rows of so many numbers.
  func rule(length: Int) -> any LossRule {
    switch kind {
    case .categoricalCrossentropy, .sparseCategoricalCrossentropy:
      CrossentropyRule(
        length: length, fromLogits: fromLogits, isSparse: kind == .sparseCategoricalCrossentropy,
        smoothing: labelSmoothing)
    case .categoricalFocalCrossentropy:
      FocalCrossentropyRule(
        length: length, fromLogits: fromLogits, smoothing: labelSmoothing, alpha: alpha, gamma: gamma)
    case .binaryCrossentropy:
      BinaryCrossentropyRule(length: length, fromLogits: fromLogits, smoothing: labelSmoothing, focus: nil)
    case .binaryFocalCrossentropy:
      BinaryCrossentropyRule(
        length: length, fromLogits: fromLogits, smoothing: labelSmoothing,
        focus: BinaryCrossentropyRule.Focus(gamma: gamma, alpha: balancesClasses ? alpha : nil))
    case .meanSquaredError: SquaredErrorRule(length: length)
    }
  }
}
