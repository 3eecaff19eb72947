/// A layer's places for weights, which a file is to fill.
public struct LayerSlots: Sendable, Hashable {
  /// The layer's name: the key of its weights.
  public var name: String
  /// Keras's name of the layer's class, such as `Conv2D`; for a nested model `Functional` or `Sequential`.
  public var className: String
  /// The layer's own variables in Keras's order: trainable ones first, as created (`gamma`, `beta`, `moving_mean`, …).
  public var variables: [VariableSlot]
  /// The layers of a nested model in its order; empty for a plain layer.
  public var children: [LayerSlots]

  /// Makes a layer's slots. Layers without weights belong in the list, too: nothing is looked up for them.
  public init(name: String, className: String, variables: [VariableSlot] = [], children: [LayerSlots] = []) {
    self.name = name
    self.className = className
    self.variables = variables
    self.children = children
  }
}
