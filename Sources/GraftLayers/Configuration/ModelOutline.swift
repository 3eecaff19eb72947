/// A layer of a file's model as the file lists it: built, or left out because the wanted output does not need it.
package struct ModelOutline {
  /// The layer's name.
  package let name: String
  /// The class that the file says, which decides the names of weights.
  package let className: String
  /// The layer, if it was built.
  package let layer: Layer?
  /// The layers of a nested model, in the file's order.
  package let children: [ModelOutline]

  /// Whether all of it was built.
  package var isWhole: Bool { layer != nil && children.allSatisfy(\.isWhole) }

  /// The variables that were built, its own before those of its children.
  package var variables: [Variable] { ownVariables + children.flatMap(\.variables) }

  /// The layer's own variables.
  package var ownVariables: [Variable] { layer?.variables ?? [] }
}
