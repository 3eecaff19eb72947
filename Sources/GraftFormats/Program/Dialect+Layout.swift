internal import GraftCore
internal import GraftGraph

extension TensorProgram.Dialect {
  /// Whether a convolution is one operation per channel; TensorFlow's has neither dilation nor uneven strides.
  func hasDepthwise(_ convolution: ConvolutionOperation) -> Bool {
    convolution.isDepthwise
      && (self == .tflite
        || (convolution.dilations == Extent(1) && convolution.strides.height == convolution.strides.width))
  }

  /// A kernel of Keras's layout in the dialect's: (filters, height, width, inputs) in TFLite, and (1, height, width, channels)
  /// for a depthwise one; TensorFlow's is Keras's.
  func kernel(_ kernel: Tensor, isDepthwise: Bool) -> Tensor {
    guard self == .tflite else { return kernel }
    let shape = kernel.shape
    if isDepthwise { return kernel.reshaped([1, shape[0], shape[1], shape[2] * shape[3]]) }
    return Tensor(
      shape: [shape[3], shape[0], shape[1], shape[2]],
      Self.turned(kernel.elements, rows: kernel.count / shape[3], columns: shape[3]))
  }

  /// The kernel of Keras's layout that one of the dialect's stands for.
  func kerasKernel(_ kernel: Tensor, multiplier: Int?) -> Tensor {
    guard self == .tflite else { return kernel }
    let shape = kernel.shape
    if let multiplier { return kernel.reshaped([shape[1], shape[2], shape[3] / multiplier, multiplier]) }
    return Tensor(
      shape: [shape[1], shape[2], shape[3], shape[0]],
      Self.turned(kernel.elements, rows: shape[0], columns: kernel.count / shape[0]))
  }

  /// A matrix (inputs, units) in the dialect's layout for values of some axes: as a convolution's kernel for pictures, else
  /// (units, inputs) in TFLite.
  func matrix(_ matrix: Tensor, rank: Int) -> Tensor {
    let (inputs, units) = (matrix.shape[0], matrix.shape[1])
    if rank == 3 { return kernel(matrix.reshaped([1, 1, inputs, units]), isDepthwise: false) }
    guard self == .tflite else { return matrix }
    return Tensor(shape: [units, inputs], Self.turned(matrix.elements, rows: inputs, columns: units))
  }

  /// The matrix (inputs, units) that one of the dialect's stands for.
  func kerasMatrix(_ matrix: Tensor) -> Tensor {
    guard self == .tflite else { return matrix }
    let (units, inputs) = (matrix.shape[0], matrix.shape[1])
    return Tensor(shape: [inputs, units], Self.turned(matrix.elements, rows: units, columns: inputs))
  }

  /// A matrix's columns as rows.
  static func turned<Element>(_ elements: [Element], rows: Int, columns: Int) -> [Element] {
    elements.withUnsafeBufferPointer { source in
      [Element](unsafeUninitializedCapacity: elements.count) { target, count in
        for row in 0..<rows {
          for column in 0..<columns {
            target.initializeElement(at: column * rows + row, to: source[row * columns + column])
          }
        }
        count = elements.count
      }
    }
  }
}
