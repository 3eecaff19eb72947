package import GraftCore
package import GraftGraph

/// What is wanted of every sample, in the form that a loss takes: one-hot rows or class indices.
package struct Targets: Sendable {
  package let tensor: Tensor

  /// Class indices for a network with so many outputs.
  package init(classIndices: [Int], classes: Int, loss: LossFunction) throws {
    if let wrong = classIndices.first(where: { $0 < 0 || $0 >= classes }) {
      throw GraftError(
        .invalidArgument, "The network has \(classes) outputs. Received a sample of class \(wrong).")
    }
    switch loss.kind {
    case .categoricalCrossentropy:
      tensor = Tensor(shape: [classIndices.count, classes]) { elements in
        elements.initialize(repeating: 0)
        for (row, index) in classIndices.enumerated() { elements[row * classes + index] = 1 }
      }
    case .sparseCategoricalCrossentropy: tensor = Tensor(classIndices.map(Float.init))
    }
  }

  /// A tensor as a caller gave it: (count, classes) rows, or (count) or (count, 1) indices.
  package init(_ tensor: Tensor, count: Int, classes: Int, loss: LossFunction) throws {
    switch loss.kind {
    case .categoricalCrossentropy:
      guard tensor.shape == [count, classes] else {
        throw GraftError(
          .shapeMismatch,
          """
          categoricalCrossentropy needs targets of shape \(Shape([count, classes])), one row per sample. Received: \
          \(tensor.shape). For class indices use sparseCategoricalCrossentropy.
          """)
      }
      self.tensor = tensor
    case .sparseCategoricalCrossentropy:
      guard tensor.shape == [count] || tensor.shape == [count, 1] else {
        throw GraftError(
          .shapeMismatch,
          """
          sparseCategoricalCrossentropy needs targets of shape \(Shape([count])), one class index per sample. Received: \
          \(tensor.shape).
          """)
      }
      if let wrong = tensor.elements.first(where: { $0 != $0.rounded() || $0 < 0 || $0 >= Float(classes) }) {
        throw GraftError(
          .invalidArgument, "Targets must be class indices from 0 to \(classes - 1). Received: \(wrong).")
      }
      self.tensor = tensor.reshaped([count])
    }
  }

  /// The shape of one sample's target.
  package static func sampleShape(classes: Int, loss: LossFunction) -> Shape {
    loss.kind == .categoricalCrossentropy ? [classes] : []
  }
}

extension LossFunction {
  /// The class that a target in this loss's form asks for: the index, or the first of the largest in a row.
  func classIndex(_ target: UnsafeBufferPointer<Float>) -> Int {
    kind == .sparseCategoricalCrossentropy ? Int(target[0]) : target.indexOfMaximum
  }
}
