public import GraftCore

/// The place for one weight of a layer.
public struct VariableSlot: Sendable, Hashable {
  /// Keras's name of the variable within its layer, such as `kernel`.
  public var name: String
  /// The shape that the layer needs.
  public var shape: Shape

  /// Makes a slot.
  public init(name: String, shape: Shape) {
    self.name = name
    self.shape = shape
  }
}
