/// How a linear head is fitted.
public struct LinearHeadOptions: Sendable, Hashable {
  /// The strengths to choose from, as scikit-learn's C: a smaller one holds the weights down more. A single one is taken as
  /// it is, without cross-validation.
  public var regularizations: [Double]
  /// The number of folds of the cross-validation; fewer where a class has fewer different samples.
  public var foldCount: Int
  /// Decides the folds.
  public var seed: UInt64
  /// How much the samples of each class count, in the fit and where it is judged; all alike by default.
  public var classWeight: ClassWeights?
  /// The fit ends when no element of the gradient is larger.
  public var gradientTolerance: Double

  /// From 10⁻⁴ to 10² in half decades.
  public static let defaultRegularizations = [
    1e-4, 3.1622776601683795e-4, 1e-3, 3.1622776601683795e-3, 1e-2, 3.1622776601683795e-2, 1e-1,
    3.1622776601683795e-1, 1, 3.1622776601683795, 10, 31.622776601683793, 100,
  ]

  /// Describes a fit; what is left out has its default.
  public init(
    regularizations: [Double] = defaultRegularizations, foldCount: Int = 5, seed: UInt64 = 0,
    classWeight: ClassWeights? = nil, gradientTolerance: Double = 1e-8
  ) {
    self.regularizations = regularizations
    self.foldCount = foldCount
    self.seed = seed
    self.classWeight = classWeight
    self.gradientTolerance = gradientTolerance
  }
}
