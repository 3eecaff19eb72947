internal import GraftCore

/// What training makes small, one number per sample.
///
/// Definitions: keras.losses, with Keras's clipping of probabilities to [10⁻⁷, 1 − 10⁻⁷].
public struct LossFunction: Sendable, Hashable {
  /// The kind of target.
  public enum Kind: String, Sendable, Hashable {
    /// −Σ t log p with targets given as one-hot rows.
    case categoricalCrossentropy
    /// −log p[t] with targets given as class indices.
    case sparseCategoricalCrossentropy
  }

  /// The kind of target.
  public var kind: Kind
  /// Whether predictions are logits, to which softmax is applied stably together with the logarithm.
  public var fromLogits: Bool

  /// Makes a loss function.
  public init(_ kind: Kind, fromLogits: Bool = false) {
    self.kind = kind
    self.fromLogits = fromLogits
  }

  /// Keras's floor for probabilities.
  public static let epsilon: Float = 1e-7
}

extension LossFunction {
  /// Cross-entropy with targets as one-hot rows: keras.losses.CategoricalCrossentropy.
  public static let categoricalCrossentropy = LossFunction(.categoricalCrossentropy)
  /// Cross-entropy with targets as class indices: keras.losses.SparseCategoricalCrossentropy.
  public static let sparseCategoricalCrossentropy = LossFunction(.sparseCategoricalCrossentropy)
  /// Cross-entropy with targets as one-hot rows, of a model that gives logits if `fromLogits`.
  public static func categoricalCrossentropy(fromLogits: Bool) -> LossFunction {
    LossFunction(.categoricalCrossentropy, fromLogits: fromLogits)
  }
  /// Cross-entropy with targets as class indices, of a model that gives logits if `fromLogits`.
  public static func sparseCategoricalCrossentropy(fromLogits: Bool) -> LossFunction {
    LossFunction(.sparseCategoricalCrossentropy, fromLogits: fromLogits)
  }
}

extension LossFunction {
  /// Throws unless predictions are one row of classes per sample, and targets fit them.
  func check(prediction: Node, targetShape: Shape) throws {
    guard prediction.shape.rank == 1 else {
      throw GraftError(
        .shapeMismatch,
        """
        A cross-entropy needs predictions of shape (classes). Received: \(prediction.shape) from layer \
        "\(prediction.name)".
        """)
    }
    let fits = kind == .categoricalCrossentropy ? targetShape == prediction.shape : targetShape.count == 1
    guard fits else {
      let expected: Shape = kind == .categoricalCrossentropy ? prediction.shape : []
      throw GraftError(
        .shapeMismatch,
        """
        \(kind.rawValue) needs targets of shape \(expected) for predictions of shape \(prediction.shape). Received: \
        \(targetShape).
        """)
    }
  }
}
