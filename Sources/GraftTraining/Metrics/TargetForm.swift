internal import GraftGraph

/// What a row of targets means to the metrics.
package enum TargetForm: Sendable, Hashable {
  /// One number: the index of the sample's class.
  case classIndex
  /// One number per class, the largest at the sample's class. A row of one number is a label: there is no choice of class.
  case classRow
  /// One number per label: 1 if the sample has it.
  case labels
}

extension LossFunction {
  /// What this loss's targets mean.
  var targetForm: TargetForm {
    switch kind {
    case .categoricalCrossentropy, .categoricalFocalCrossentropy: .classRow
    case .sparseCategoricalCrossentropy: .classIndex
    case .binaryCrossentropy, .binaryFocalCrossentropy: .labels
    // As Keras's `accuracy` takes them, which for one output asks whether it is on the right side of 0.5. Where rows are
    // numbers to be met, only the loss says anything.
    case .meanSquaredError: .classRow
    }
  }
}
