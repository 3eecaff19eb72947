internal import GraftCore
internal import GraftGraph

/// What a step of a `TensorProgram` computes.
enum TensorOperation: Hashable {
  /// Steps, distances and zeros of a window.
  struct Window: Hashable {
    var strides: Extent
    var dilations = Extent(1)
    /// Whether zeros are added as TensorFlow's `SAME` has it; else there are none.
    var isSame: Bool
  }

  /// An element-wise function, or softmax.
  enum Function: Hashable {
    case activation(Activation)
    case logarithm, absolute, negation, reciprocalRoot, errorFunction
  }

  /// x, kernel and, in TFLite, bias.
  case convolution(Window)
  /// The same, one picture per channel.
  case depthwise(Window, multiplier: Int)
  /// x, matrix and, in TFLite, bias.
  case product
  /// The product of two matrices per sample.
  case matrixProduct(transposesFirst: Bool, transposesSecond: Bool)
  case add, subtract, multiply, divide, squaredDifference, maximum
  case function(Function)
  case pad(Padding)
  /// x without its outer rows and columns.
  case crop(Padding)
  case pooling(GlobalPoolingOperation.Kind, size: Extent, Window)
  /// Over height and width.
  case poolingOfAll(GlobalPoolingOperation.Kind, keepsDimensions: Bool)
  /// Over the last axis, which stays with length 1.
  case meanOfChannels
  case reshape(Shape)
  /// Axes in another order: axis i of the result is axis `order[i]` of the operand, counted without the batch.
  case transpose([Int])
  /// Along an axis that is counted without the batch.
  case concatenate(axis: Int)
  /// Into the result's format, from floats or another one.
  case quantize
  case dequantize
}

extension TensorOperation {
  /// The order of a sample's axes from that of a batch's, which comes first; nil if it is none.
  static func order(ofAxes axes: [Int]) -> [Int]? {
    guard axes.first == 0, axes.sorted() == Array(axes.indices) else { return nil }
    return axes.dropFirst().map { $0 - 1 }
  }
}
