internal import GraftGraph

/// Operators of TFLite by their codes (`BuiltinOperator` in schema.fbs), as far as networks of Graft need them.
enum TFLiteOperator: Int {
  case add = 0
  case averagePool = 1
  case concatenation = 2
  case convolution = 3
  case depthwiseConvolution = 4
  case dequantize = 6
  case fullyConnected = 9
  case logistic = 14
  case maxPool = 17
  case multiply = 18
  case relu = 19
  case relu6 = 21
  case reshape = 22
  case softmax = 25
  case tanh = 28
  case pad = 34
  case transpose = 39
  case mean = 40
  case subtract = 41
  case divide = 42
  case exp = 47
  case maximum = 55
  case negate = 59
  case slice = 65
  case logarithm = 73
  case reciprocalRoot = 76
  case reduceMax = 82
  case leakyRelu = 98
  case squaredDifference = 99
  case absolute = 101
  case elu = 111
  case quantize = 114
  case hardSwish = 117
  case matrixProduct = 126
  case gelu = 150

  /// The number of the operator's options in the union `BuiltinOptions`; 0 where it is written without.
  var optionsType: Int {
    switch self {
    case .convolution: 1
    case .depthwiseConvolution: 2
    case .averagePool, .maxPool: 5
    case .fullyConnected: 8
    case .softmax: 9
    case .concatenation: 10
    case .add: 11
    case .reshape: 17
    case .multiply: 21
    case .mean, .reduceMax: 27
    case .transpose: 26
    case .subtract: 28
    case .divide: 29
    case .maximum: 39
    case .leakyRelu: 75
    case .matrixProduct: 101
    case .gelu: 116
    default: 0
    }
  }

  /// The version that says what an operator is used for.
  ///
  /// - Parameters:
  ///   - isWhole: Whether it computes whole numbers, or reads weights of a scale per channel.
  ///   - isDilated: Whether a convolution's kernel has gaps.
  ///   - keepsAxes: Whether a product is one of many rows.
  func version(isWhole: Bool, isDilated: Bool, keepsAxes: Bool) -> Int {
    switch self {
    case .convolution: isWhole ? 3 : 1
    case .depthwiseConvolution: isWhole ? 3 : isDilated ? 2 : 1
    case .fullyConnected: keepsAxes ? 5 : 1
    case .dequantize: isWhole ? 5 : 2
    case .add, .multiply, .pad, .logistic: isWhole ? 2 : 1
    default: 1
    }
  }

  /// The functions that are one operator.
  static let functions: [(function: TensorOperation.Function, operation: TFLiteOperator)] = [
    (.activation(.relu), .relu), (.activation(.relu6), .relu6), (.activation(.sigmoid), .logistic),
    (.activation(.tanh), .tanh), (.activation(.softmax), .softmax), (.activation(.elu), .elu),
    (.activation(.exponential), .exp), (.activation(.leakyReLU), .leakyRelu), (.activation(.gelu), .gelu),
    (.activation(.hardSwish), .hardSwish), (.logarithm, .logarithm), (.absolute, .absolute), (.negation, .negate),
    (.reciprocalRoot, .reciprocalRoot),
  ]
}

/// Kinds of numbers (`TensorType` in schema.fbs).
enum TFLiteType {
  static let float32 = 0
  static let int32 = 2
  static let int8 = 9
}
