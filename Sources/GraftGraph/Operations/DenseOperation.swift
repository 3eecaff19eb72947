/// A product with a matrix along the last axis: x · kernel + bias.
///
/// Parameters: kernel (inputs, units), then a bias (units) if `hasBias`. Definition: keras.layers.Dense.
public struct DenseOperation: Sendable, Hashable {
  /// Length of the result's last axis.
  public var units: Int
  /// Whether a bias is among the parameters.
  public var hasBias: Bool
  /// Applied to the result (set by fusion).
  public var activation = Activation.linear

  /// Makes a dense operation without a fused activation.
  public init(units: Int, hasBias: Bool) {
    self.units = units
    self.hasBias = hasBias
  }
}
