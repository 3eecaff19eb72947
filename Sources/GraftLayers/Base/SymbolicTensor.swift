public import GraftCore

/// The result of calling a layer on other symbolic tensors: a value that will be known once data flow.
///
/// Nothing is computed. A call that cannot work, say because shapes do not fit, yields a tensor that remembers the reason;
/// it is thrown by whatever first needs the network: `compile`, `predict`, `summary`.
///
/// ```swift
/// let x = Input(shape: [224, 224, 3])
/// let y = GlobalAveragePooling2D()(x)
/// y.shape  // (3,): the batch axis is left out
/// ```
public final class SymbolicTensor {
  /// The shape for one sample.
  public let shape: Shape
  /// The layer whose result this is.
  public let layer: Layer
  /// What the layer was called on.
  public private(set) var inputs: [SymbolicTensor]
  /// Why the call cannot work, if so.
  package let failure: GraftError?

  package init(shape: Shape, layer: Layer, inputs: [SymbolicTensor], failure: GraftError? = nil) {
    self.shape = shape
    self.layer = layer
    self.inputs = inputs
    self.failure = failure
  }

  /// Lets go of what came before one by one: a chain of thousands that let go of each other would fill the stack.
  deinit {
    var rest = inputs
    inputs = []
    while var tensor = rest.popLast() {
      guard isKnownUniquelyReferenced(&tensor) else { continue }
      rest += tensor.inputs
      tensor.inputs = []
    }
  }
}
