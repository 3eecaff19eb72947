/// What training makes small, one number per sample.
///
/// Definitions: keras.losses, with Keras's clipping of probabilities to [10⁻⁷, 1 − 10⁻⁷]. Where a model ends in softmax, or in
/// sigmoid for the binary losses, loss and activation are computed together from the logits, as Keras does.
///
/// ```swift
/// try model.compile(loss: .categoricalCrossentropy(labelSmoothing: 0.1))
/// ```
public struct LossFunction: Sendable, Hashable, Codable {
  /// The kind of loss, and with it of target.
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// −Σ t log p with targets given as one-hot rows.
    case categoricalCrossentropy
    /// −log p[t] with targets given as class indices.
    case sparseCategoricalCrossentropy
    /// The mean over outputs of −t log p − (1 − t) log(1 − p), with targets given as rows of 0 and 1: each output is a
    /// question of its own, so that several can be true.
    case binaryCrossentropy
    /// −Σ α (1 − p)^γ t log p with targets given as one-hot rows (Lin et al., 2018).
    case categoricalFocalCrossentropy
    /// Binary cross-entropy times (1 − p)^γ where 1 is wanted, p^γ where 0 is.
    case binaryFocalCrossentropy
    /// The mean over outputs of (p − t)², with targets given as rows of numbers.
    case meanSquaredError
  }

  /// The kind of loss.
  public var kind: Kind
  /// Whether predictions are logits, to which softmax or sigmoid is applied together with the logarithm.
  public var fromLogits: Bool
  /// How far targets are moved towards not knowing, from 0 to 1: t (1 − s) + s / classes; for the binary losses
  /// t (1 − s) + s / 2.
  public var labelSmoothing: Double
  /// Focal losses: the weight of the categorical one; of the binary one, that of what is wanted, if `balancesClasses`.
  public var alpha: Double
  /// Focal losses: how much less an example counts that is answered well already; 0 is not at all.
  public var gamma: Double
  /// The binary focal loss: whether what is wanted counts `alpha`, what is not counts 1 − `alpha`.
  public var balancesClasses: Bool

  /// Makes a loss function.
  public init(
    _ kind: Kind, fromLogits: Bool = false, labelSmoothing: Double = 0, alpha: Double = 0.25, gamma: Double = 2,
    balancesClasses: Bool = false
  ) {
    self.kind = kind
    self.fromLogits = fromLogits
    self.labelSmoothing = labelSmoothing
    self.alpha = alpha
    self.gamma = gamma
    self.balancesClasses = balancesClasses
  }

  /// Keras's floor for probabilities.
  public static let epsilon: Float = 1e-7
}

extension LossFunction {
  /// Cross-entropy with targets as one-hot rows: keras.losses.CategoricalCrossentropy.
  public static let categoricalCrossentropy = LossFunction(.categoricalCrossentropy)
  /// Cross-entropy with targets as class indices: keras.losses.SparseCategoricalCrossentropy.
  public static let sparseCategoricalCrossentropy = LossFunction(.sparseCategoricalCrossentropy)
  /// One cross-entropy per output, of questions that are answered apart: keras.losses.BinaryCrossentropy.
  public static let binaryCrossentropy = LossFunction(.binaryCrossentropy)
  /// The mean of squared differences: keras.losses.MeanSquaredError.
  public static let meanSquaredError = LossFunction(.meanSquaredError)

  /// Cross-entropy with targets as one-hot rows: keras.losses.CategoricalCrossentropy.
  public static func categoricalCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0) -> LossFunction {
    LossFunction(.categoricalCrossentropy, fromLogits: fromLogits, labelSmoothing: labelSmoothing)
  }

  /// Cross-entropy with targets as class indices: keras.losses.SparseCategoricalCrossentropy.
  public static func sparseCategoricalCrossentropy(fromLogits: Bool) -> LossFunction {
    LossFunction(.sparseCategoricalCrossentropy, fromLogits: fromLogits)
  }

  /// One cross-entropy per output, of questions that are answered apart: keras.losses.BinaryCrossentropy.
  public static func binaryCrossentropy(fromLogits: Bool = false, labelSmoothing: Double = 0) -> LossFunction {
    LossFunction(.binaryCrossentropy, fromLogits: fromLogits, labelSmoothing: labelSmoothing)
  }

  /// Cross-entropy that counts examples less that are answered well already: keras.losses.CategoricalFocalCrossentropy.
  ///
  /// Keras's list of one alpha per class is `classWeight` of `fit` here.
  public static func categoricalFocalCrossentropy(
    alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false, labelSmoothing: Double = 0
  ) -> LossFunction {
    LossFunction(
      .categoricalFocalCrossentropy, fromLogits: fromLogits, labelSmoothing: labelSmoothing, alpha: alpha, gamma: gamma)
  }

  /// The same for questions that are answered apart: keras.losses.BinaryFocalCrossentropy.
  ///
  /// With `balancesClasses` (Keras: `apply_class_balancing`) what is wanted counts `alpha`, and what is not counts
  /// 1 − `alpha`.
  public static func binaryFocalCrossentropy(
    balancesClasses: Bool = false, alpha: Double = 0.25, gamma: Double = 2, fromLogits: Bool = false,
    labelSmoothing: Double = 0
  ) -> LossFunction {
    LossFunction(
      .binaryFocalCrossentropy, fromLogits: fromLogits, labelSmoothing: labelSmoothing, alpha: alpha, gamma: gamma,
      balancesClasses: balancesClasses)
  }
}
