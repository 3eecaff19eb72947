package import GraftCore

/// Numbers in double precision with a shape, batch axis included: what the reference computes with.
package struct ReferenceArray: Sendable {
  package var shape: Shape
  package var elements: [Double]

  package init(shape: Shape, _ elements: [Double]) {
    precondition(elements.count == shape.count, "Shape \(shape) needs \(shape.count) elements.")
    self.shape = shape
    self.elements = elements
  }

  package init(zeros shape: Shape) { self.init(shape: shape, [Double](repeating: 0, count: shape.count)) }

  package init(_ tensor: Tensor) { self.init(shape: tensor.shape, tensor.elements.map(Double.init)) }

  /// The nearest tensor of 32-bit floats.
  package var tensor: Tensor { Tensor(shape: shape, elements.map { Float($0) }) }

  /// The length of the last axis.
  package var columns: Int { shape[-1] }
  /// How many rows of the last axis there are.
  package var rows: Int { columns == 0 ? 0 : elements.count / columns }

  package subscript(row: Int, column: Int) -> Double {
    get { elements[row * columns + column] }
    set { elements[row * columns + column] = newValue }
  }

  package func map(_ transform: (Double) -> Double) -> ReferenceArray {
    ReferenceArray(shape: shape, elements.map(transform))
  }

  /// Σ of the products of corresponding elements.
  package func dot(_ other: ReferenceArray) -> Double {
    zip(elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
