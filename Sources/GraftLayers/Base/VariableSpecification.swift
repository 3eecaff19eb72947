package import GraftCore

/// What a layer needs for one of its variables, known as soon as the input's shape is.
package struct VariableSpecification {
  package let name: String
  package let shape: Shape
  package let initializer: Initializer
  package let followsGradient: Bool

  package init(_ name: String, _ shape: Shape, _ initializer: Initializer, followsGradient: Bool = true) {
    self.name = name
    self.shape = shape
    self.initializer = initializer
    self.followsGradient = followsGradient
  }
}
