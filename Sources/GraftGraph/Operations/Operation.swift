package import GraftCore

/// What a node computes.
package enum Operation: Sendable, Hashable {
  /// What the caller feeds.
  case input
  /// A convolution, see `Convolution`.
  case convolution(ConvolutionOperation)
  /// A product with a matrix, see `Dense`.
  case dense(DenseOperation)
  /// Normalisation per channel, see `BatchNormalization`.
  case batchNormalization(BatchNormalizationOperation)
  /// An element-wise function, or softmax.
  case activation(Activation)
  /// One number per channel, see `GlobalPooling`.
  case globalPooling(GlobalPoolingOperation)
  /// One pixel per window, see `Pooling`.
  case pooling(PoolingOperation)
  /// Normalisation per row, see `LayerNormalization`.
  case layerNormalization(LayerNormalizationOperation)
  /// Zeros around a picture.
  case zeroPadding(Padding)
  /// A picture without its outer rows and columns.
  case cropping(Padding)
  /// The sum of two or more values of one shape.
  case add
  /// The product of two values; one of them may have axes of length 1, along which it is repeated.
  case multiply
  /// Values side by side along an axis, counted without the batch axis.
  case concatenate(axis: Int)
  /// The same elements under another shape, row by row.
  case reshape(Shape)
  /// Random zeros in training, see `Dropout`.
  case dropout(DropoutOperation)
  /// x · scale + offset.
  case rescaling(scale: Float, offset: Float)
  /// What something else than Graft makes of a value, see `ForeignOperation`.
  case foreign(ForeignOperation)
  /// (prediction, target) → one loss per sample, see `LossFunction`.
  case loss(LossFunction)
  /// A step of the reverse pass.
  case gradient(GradientOperation)
  /// A convolution or matrix product on whole numbers, see `QuantizedOperation`.
  case quantized(QuantizedOperation)
  /// The same values in another format: q = round(x / scale), ties to the even number, cut off at the format's limits.
  case convert(NumberFormat, to: NumberFormat)
}

extension Operation {
  /// Whether the operation gives the same result for the same operands in training.
  var isDeterministic: Bool {
    switch self {
    case .dropout(let dropout): dropout.rate == 0
    case .batchNormalization(let normalization): !normalization.usesBatchStatistics
    default: true
    }
  }

  /// The shape of the result for one sample.
  func resultShape(name: String, inputs: [Shape]) throws -> Shape {
    guard let first = inputs.first else {
      throw GraftError(.shapeMismatch, "\(name): expected at least one input. Received none.")
    }
    switch self {
    case .input, .activation, .dropout, .rescaling, .batchNormalization, .layerNormalization, .convert: return first
    case .quantized(let quantized): return try quantized.floatOperation.resultShape(name: name, inputs: inputs)
    case .convolution(let convolution): return try convolution.resultShape(name: name, input: first)
    case .dense(let dense): return Shape(first.dimensions.dropLast() + [dense.units])
    case .globalPooling(let pooling):
      guard first.rank == 3 else {
        throw GraftError(.shapeMismatch, "\(name): pooling needs (height, width, channels). Received: \(first).")
      }
      return pooling.keepsDimensions ? [1, 1, first[2]] : [first[2]]
    case .pooling(let pooling): return try pooling.resultShape(name: name, input: first)
    case .zeroPadding(let padding):
      guard first.rank == 3 else {
        throw GraftError(.shapeMismatch, "\(name): padding needs (height, width, channels). Received: \(first).")
      }
      let extent = padding.padded(Extent(height: first[0], width: first[1]))
      return [extent.height, extent.width, first[2]]
    case .cropping(let cropping):
      guard first.rank == 3, first[0] > cropping.top + cropping.bottom, first[1] > cropping.left + cropping.right else {
        throw GraftError(
          .shapeMismatch,
          "\(name): cropping by \(cropping) needs a larger (height, width, channels). Received: \(first).")
      }
      return [first[0] - cropping.top - cropping.bottom, first[1] - cropping.left - cropping.right, first[2]]
    case .add:
      guard inputs.allSatisfy({ $0 == first }) else {
        throw GraftError(.shapeMismatch, "\(name): only equal shapes can be added. Received: \(list(inputs)).")
      }
      return first
    case .multiply:
      guard inputs.count == 2,
        let result = inputs.first(where: { full in
          inputs.allSatisfy { other in
            other.rank == full.rank && zip(other.dimensions, full.dimensions).allSatisfy { $0 == $1 || $0 == 1 }
          }
        })
      else {
        throw GraftError(
          .shapeMismatch,
          "\(name): only equal shapes can be multiplied, or a value and one with lengths of 1. Received: \(list(inputs))."
        )
      }
      return result
    case .concatenate(let axis):
      var result = first
      for shape in inputs.dropFirst() {
        var other = shape
        guard other.rank == first.rank, axis < other.rank else {
          throw GraftError(.shapeMismatch, "\(name): these cannot be concatenated: \(list(inputs)).")
        }
        result.dimensions[axis] += shape[axis]
        other.dimensions[axis] = first[axis]
        guard other == first else {
          throw GraftError(
            .shapeMismatch, "\(name): shapes must agree but for axis \(axis + 1). Received: \(list(inputs)).")
        }
      }
      return result
    case .reshape(let shape):
      guard shape.count == first.count else {
        throw GraftError(
          .shapeMismatch, "\(name): \(first) has \(first.count) elements, \(shape) needs \(shape.count).")
      }
      return shape
    case .foreign(let foreign): return foreign.shape
    case .loss: return []
    case .gradient: return first
    }
  }

  private func list(_ shapes: [Shape]) -> String { shapes.map(\.description).joined(separator: ", ") }
}
