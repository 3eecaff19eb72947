internal import GraftCore
package import GraftImages

extension Targets {
  /// One row per picture with a 1 for each of its labels and 0 for the others.
  ///
  /// - Throws: `GraftError.invalidArgument` unless the network has an output per label.
  package init(labels images: MultiLabelImageSet, outputs: Int) throws {
    let width = images.labelNames.count
    guard width == outputs else {
      throw GraftError(
        .invalidArgument,
        """
        The model has \(outputs) outputs, the pictures have \(width) labels: \
        \(images.labelNames.joined(separator: ", ")).
        """)
    }
    tensor = Tensor(shape: [images.count, width]) { elements in
      elements.initialize(repeating: 0)
      for (row, file) in images.files.enumerated() {
        for label in file.labels { elements[row * width + label] = 1 }
      }
    }
  }
}
