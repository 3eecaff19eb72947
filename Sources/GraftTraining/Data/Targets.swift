package import GraftCore
package import GraftGraph

/// What is wanted of every sample, in the form that a loss takes: rows of numbers, or class indices.
package struct Targets: Sendable {
  package let tensor: Tensor

  /// Class indices for a network with so many outputs: rows with a 1 at the class, or the indices as they are.
  package init(classIndices: [Int], classes: Int, loss: LossFunction) throws {
    if let wrong = classIndices.first(where: { $0 < 0 || $0 >= classes }) {
      throw GraftError(
        .invalidArgument, "The network has \(classes) outputs. Received a sample of class \(wrong).")
    }
    guard loss.kind != .sparseCategoricalCrossentropy else {
      tensor = Tensor(classIndices.map(Float.init))
      return
    }
    tensor = Tensor(shape: [classIndices.count, classes]) { elements in
      elements.initialize(repeating: 0)
      for (row, index) in classIndices.enumerated() { elements[row * classes + index] = 1 }
    }
  }

  /// A tensor as a caller gave it: (count, outputs) rows, (count) or (count, 1) indices for the sparse loss, and (count)
  /// numbers for a binary loss or a regression with one output.
  package init(_ tensor: Tensor, count: Int, classes: Int, loss: LossFunction) throws {
    let isForOneOutput = classes == 1 && (loss.isBinary || loss.kind == .meanSquaredError)
    switch loss.kind {
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
    case .categoricalCrossentropy, .categoricalFocalCrossentropy, .binaryCrossentropy, .binaryFocalCrossentropy,
      .meanSquaredError:
      guard tensor.shape == [count, classes] || (isForOneOutput && tensor.shape == [count]) else {
        let hint =
          loss.kind == .categoricalCrossentropy ? " For class indices use sparseCategoricalCrossentropy." : ""
        throw GraftError(
          .shapeMismatch,
          """
          \(loss.kind.rawValue) needs targets of shape \(Shape([count, classes])), one row per sample. Received: \
          \(tensor.shape).\(hint)
          """)
      }
      if loss.isBinary, let wrong = tensor.elements.first(where: { !(0...1).contains($0) }) {
        throw GraftError(.invalidArgument, "Targets of \(loss.kind.rawValue) must lie in [0, 1]. Received: \(wrong).")
      }
      if let wrong = tensor.elements.first(where: { !$0.isFinite }) {
        throw GraftError(.invalidArgument, "Targets must be finite numbers. Received: \(wrong).")
      }
      self.tensor = tensor.reshaped([count, classes])
    }
  }

  /// The shape of one sample's target.
  package static func sampleShape(classes: Int, loss: LossFunction) -> Shape {
    loss.kind == .sparseCategoricalCrossentropy ? [] : [classes]
  }
}

extension LossFunction {
  /// The class that a target in this loss's form asks for: the index, or the first of the largest in a row.
  func classIndex(_ target: UnsafeBufferPointer<Float>) -> Int {
    kind == .sparseCategoricalCrossentropy ? Int(target[0]) : target.indexOfMaximum
  }
}
