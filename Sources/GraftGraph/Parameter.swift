package import GraftCore

/// The place of a weight in its graph.
package struct ParameterID: Sendable, Hashable {
  /// The index into `Graph.parameters`.
  package let index: Int
  /// Makes the identifier of the parameter at an index.
  package init(_ index: Int) { self.index = index }
}

/// A weight of a graph with the value that it had when the graph was made.
package struct Parameter: Sendable {
  /// `layer/variable`, such as `Conv1/kernel`: Keras's names.
  package var name: String
  /// The value, in Keras's layout (HWIO kernels, input-by-output matrices).
  package var value: Tensor
  /// How training treats the weight.
  package var role: Role
  /// What the learning rate is multiplied by for this weight.
  package var learningRateMultiplier: Float

  /// How training treats a weight.
  package enum Role: Sendable, Hashable {
    /// Never changes: it may be folded, packed and quantised.
    case frozen
    /// Follows its gradient.
    case trainable
    /// Is updated by the forward pass of training, as moving statistics are.
    case state
  }

  /// Makes a parameter.
  package init(name: String, value: Tensor, role: Role, learningRateMultiplier: Float = 1) {
    self.name = name
    self.value = value
    self.role = role
    self.learningRateMultiplier = learningRateMultiplier
  }
}
