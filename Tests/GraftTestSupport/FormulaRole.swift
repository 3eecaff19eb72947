internal import GraftCore

/// What a formula tensor is for, which sets the interval that its values fill.
public enum FormulaRole: String, Sendable, CaseIterable {
  /// A kernel of Dense or Conv2D: 0 ± √(4 / fan-in), fan-in being the product of all axes but the last.
  case kernel
  /// A kernel of DepthwiseConv2D: 0 ± √(4 / (height × width)).
  case depthwiseKernel = "depthwise_kernel"
  /// A bias: 0 ± 0.1.
  case bias
  /// The scale of a batch normalisation: 1 ± 0.2.
  case gamma
  /// The shift of a batch normalisation: 0 ± 0.1.
  case beta
  /// The moving mean of a batch normalisation: 0 ± 0.1.
  case movingMean = "moving_mean"
  /// The moving variance of a batch normalisation: 1 ± 0.4.
  case movingVariance = "moving_variance"
  /// What goes into a model: 0 ± 1.
  case input

  /// The role that the name of a Keras variable, `<layer>/<variable>`, tells: nil if it tells none.
  public init?(variable name: String) {
    let parts = name.split(separator: "/")
    guard let last = parts.last else { return nil }
    let isDepthwise = last == "kernel" && parts.dropLast().joined(separator: "/").hasSuffix("depthwise")
    self.init(rawValue: isDepthwise ? "depthwise_kernel" : last == "pointwise_kernel" ? "kernel" : String(last))
  }

  func centerAndScale(shape: Shape) -> (center: Double, scale: Double) {
    func fan(droppingLast count: Int) -> Double { Double(shape.dimensions.dropLast(count).reduce(1, *)) }
    return switch self {
    case .kernel: (0, (4 / fan(droppingLast: 1)).squareRoot())
    case .depthwiseKernel: (0, (4 / fan(droppingLast: 2)).squareRoot())
    case .bias, .beta, .movingMean: (0, 0.1)
    case .gamma: (1, 0.2)
    case .movingVariance: (1, 0.4)
    case .input: (0, 1)
    }
  }
}
