internal import GraftCore

/// The numbers of a constant.
enum TensorConstant {
  case floats(Tensor)
  /// Weights as whole numbers, with a scale for each place on one axis.
  case weights([Int8], scales: [Float], axis: Int)
  /// Biases in units of what is summed up, one scale each.
  case sums([Int32], scales: [Float])

  /// The numbers as floats.
  func floats(_ shape: Shape) -> Tensor {
    switch self {
    case .floats(let tensor): return tensor
    case .sums(let values, let scales): return Tensor(zip(values, scales).map { Float($0) * $1 })
    case .weights(let values, let scales, let axis):
      let inner = shape.dimensions[(axis + 1)...].reduce(1, *)
      return Tensor(shape: shape) { elements in
        for (index, value) in values.enumerated() {
          elements.initializeElement(at: index, to: Float(value) * scales[index / inner % scales.count])
        }
      }
    }
  }
}
