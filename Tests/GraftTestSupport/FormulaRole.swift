internal import GraftCore

/// What a formula tensor is for, which sets the interval that its values fill.
public enum FormulaRole: String, Sendable, CaseIterable {
  /// A kernel of Dense or Conv2D: 0 ± √(4 / fan-in), fan-in being the product of all axes but the last.
  case kernel
  /// A kernel of DepthwiseConv2D: 0 ± √(4 / (height × width)).
  case depthwiseKernel = "depthwise_kernel"
  /// The slope of a PReLU: 0.25 ± 0.2.
  case alpha
  /// A bias: 0 ± 0.1.
  case bias
  /// The bias before the gate of a squeeze-and-excite: 2 ± 0.1, so that gates are rather open.
  case gateBias = "gate_bias"
  /// The scale of a batch normalisation: 1 ± 0.2.
  case gamma
  /// The shift of a batch normalisation: 0 ± 0.1.
  case beta
  /// The moving mean of a batch normalisation: 0 ± 0.1.
  case movingMean = "moving_mean"
  /// The moving variance of a batch normalisation: 1 ± 0.4.
  case movingVariance = "moving_variance"
  /// The mean of a Normalization: 0.4 ± 0.1.
  case mean
  /// The variance of a Normalization: 1 ± 0.4.
  case variance
  /// What goes into a model: 0 ± 1.
  case input
  /// What goes into a model that takes pixels: 127.5 ± 127.5.
  case pixels

  /// The role that the name of a Keras variable, `<layer>/<variable>`, tells: nil if it tells none.
  public init?(variable name: String) {
    let parts = name.split(separator: "/")
    guard let last = parts.last else { return nil }
    let layer = parts.dropLast().joined(separator: "/")
    let isDepthwise =
      last == "kernel"
      && (["depthwise", "dwconv", "dwconv2"].contains { layer.hasSuffix($0) } || layer.hasPrefix("conv_dw_"))
    let isGate = last == "bias" && ["se_expand", "squeeze_excite_conv_1"].contains { layer.hasSuffix($0) }
    if isGate {
      self = .gateBias
      return
    }
    self.init(rawValue: isDepthwise ? "depthwise_kernel" : last == "pointwise_kernel" ? "kernel" : String(last))
  }

  func centerAndScale(shape: Shape, gain: Double = 1) -> (center: Double, scale: Double) {
    func fan(droppingLast count: Int) -> Double { Double(shape.dimensions.dropLast(count).reduce(1, *)) }
    return switch self {
    case .kernel: (0, gain * (4 / fan(droppingLast: 1)).squareRoot())
    case .depthwiseKernel: (0, gain * (4 / fan(droppingLast: 2)).squareRoot())
    case .alpha: (0.25, 0.2)
    case .bias, .beta, .movingMean: (0, 0.1)
    case .gateBias: (2, 0.1)
    case .gamma: (1, 0.2)
    case .movingVariance, .variance: (1, 0.4)
    case .mean: (0.4, 0.1)
    case .input: (0, 1)
    case .pixels: (127.5, 127.5)
    }
  }
}
