import GraftCore
import GraftGraph

/// Every kind of loss with every option, and targets of four outputs for three samples.
enum LossCases {
  static let all: [LossFunction] =
    [false, true].flatMap { fromLogits -> [LossFunction] in
      [
        .categoricalCrossentropy(fromLogits: fromLogits),
        .categoricalCrossentropy(fromLogits: fromLogits, labelSmoothing: 0.2),
        .sparseCategoricalCrossentropy(fromLogits: fromLogits),
        .binaryCrossentropy(fromLogits: fromLogits), .binaryCrossentropy(fromLogits: fromLogits, labelSmoothing: 0.3),
        .categoricalFocalCrossentropy(fromLogits: fromLogits),
        .categoricalFocalCrossentropy(alpha: 0.7, gamma: 1.5, fromLogits: fromLogits, labelSmoothing: 0.1),
        .categoricalFocalCrossentropy(alpha: 1, gamma: 0, fromLogits: fromLogits),
        .binaryFocalCrossentropy(fromLogits: fromLogits),
        .binaryFocalCrossentropy(
          balancesClasses: true, alpha: 0.7, gamma: 1.5, fromLogits: fromLogits, labelSmoothing: 0.1),
        .binaryFocalCrossentropy(gamma: 0, fromLogits: fromLogits),
      ]
    } + [.meanSquaredError]

  /// Soft rows, or class numbers for the sparse loss.
  static func targets(_ loss: LossFunction) -> Tensor {
    loss.kind == .sparseCategoricalCrossentropy
      ? Tensor([2, 0, 3]) : Tensor([[0, 1, 0, 0], [0.2, 0.3, 0.1, 0.4], [0, 0, 0, 0.5]])
  }
}
