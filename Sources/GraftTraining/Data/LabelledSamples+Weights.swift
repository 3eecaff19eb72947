internal import GraftCore
internal import GraftGraph

extension LabelledSamples {
  /// The same samples, each counting by its class and by its own weight; both together multiply.
  ///
  /// - Parameters:
  ///   - classWeight: For losses whose targets say one class per sample.
  ///   - sampleWeight: One number per sample, (count) or (count, 1).
  ///   - outputs: The length of the network's output.
  /// - Throws: `GraftError` unless the weights fit the samples and are finite and not negative.
  func weighted(
    _ classWeight: ClassWeights?, _ sampleWeight: Tensor?, loss: LossFunction, outputs: Int
  ) throws -> LabelledSamples {
    var result = self
    if let classWeight {
      result.weights = try classWeight.sampleWeights(
        try classes(loss), classCount: outputs, names: classNames)
    }
    if let sampleWeight {
      let count = source.count
      guard sampleWeight.shape == [count] || sampleWeight.shape == [count, 1] else {
        throw GraftError(
          .shapeMismatch,
          "Sample weights need the shape \(Shape([count])), one number per sample. Received: \(sampleWeight.shape).")
      }
      let own = sampleWeight.elements
      if let wrong = own.first(where: { !($0 >= 0 && $0.isFinite) }) {
        throw GraftError(.invalidArgument, "A sample weight must be a finite number, at least 0. Received: \(wrong).")
      }
      result.weights = result.weights.map { zip($0, own).map { $0 * $1 } } ?? own
    }
    return result
  }

  /// Each sample's class.
  private func classes(_ loss: LossFunction) throws -> [Int] {
    if let classIndices { return classIndices }
    guard !loss.isBinary, loss.kind != .meanSquaredError else {
      throw GraftError(
        .invalidArgument,
        """
        Class weights need targets that say one class per sample. Received: those of \(loss.kind.rawValue). Give sample \
        weights instead.
        """)
    }
    let width = targets.tensor.shape.droppingFirst.count
    return targets.tensor.withUnsafeBufferPointer { elements in
      (0..<source.count).map { row in
        loss.classIndex(UnsafeBufferPointer(rebasing: elements[(row * width)..<((row + 1) * width)]))
      }
    }
  }
}
