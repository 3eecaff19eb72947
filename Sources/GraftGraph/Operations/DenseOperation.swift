/// A product with a matrix along the last axis: x · kernel + bias.
///
/// Parameters: kernel (inputs, units), then a bias (units) if `hasBias`. Definition: keras.layers.Dense.
package struct DenseOperation: Sendable, Hashable {
  /// Length of the result's last axis.
  package var units: Int
  /// Whether a bias is among the parameters.
  package var hasBias: Bool
  /// Applied to the result (set by fusion).
  package var activation = Activation.linear

  /// Makes a dense operation without a fused activation.
  package init(units: Int, hasBias: Bool) {
    self.units = units
    self.hasBias = hasBias
  }
}
