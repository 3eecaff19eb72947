internal import GraftCore
internal import GraftGraph

extension ProgramTranslation {
  /// Applies an activation to a value of floats.
  mutating func apply(_ activation: Activation, to x: Int, name: String) -> Int {
    program.apply(activation, to: x, name: name)
  }
}

extension TensorProgram {
  /// The activations that are one operation.
  var ownActivations: Set<Activation> { dialect == .tflite ? Self.ofTFLite : Self.ofTensorFlow }

  private static let ofTFLite = activations(TFLiteOperator.functions.map(\.function))
  private static let ofTensorFlow = activations(TensorFlowFunctions.names.map(\.function))

  private static func activations(_ functions: [TensorOperation.Function]) -> Set<Activation> {
    Set(functions.compactMap { if case .activation(let activation) = $0 { activation } else { nil } })
  }

  /// Applies an activation to a value of floats.
  mutating func apply(_ activation: Activation, to x: Int, name: String) -> Int {
    let shape = values[x].shape
    if ownActivations.contains(activation) {
      return step(.function(.activation(activation)), [x], shape: shape, name: "\(name)/\(activation.rawValue)")
    }
    switch activation {
    case .swish: return binary(.multiply, x, apply(.sigmoid, to: x, name: name), name)
    case .hardSigmoid:
      let shifted = binary(.add, x, scalar(3), name)
      return binary(.multiply, apply(.relu6, to: shifted, name: name), scalar(1 / 6), name)
    case .hardSwish: return binary(.multiply, x, apply(.hardSigmoid, to: x, name: name), name)
    case .gelu:
      let error = function(.errorFunction, binary(.multiply, x, scalar(Float(0.5).squareRoot()), name), name)
      return binary(.multiply, binary(.multiply, x, scalar(0.5), name), binary(.add, error, scalar(1), name), name)
    case .selu:
      // λ max(x, 0) + λ α (elu(x) − max(x, 0)), by Keras's λ and α.
      let (scale, alpha): (Float, Float) = (1.050_701, 1.673_263_2)
      let positive = binary(.multiply, apply(.relu, to: x, name: name), scalar(scale * (1 - alpha)), name)
      return binary(
        .add, positive, binary(.multiply, apply(.elu, to: x, name: name), scalar(scale * alpha), name), name)
    case .softplus:
      // max(x, 0) + log(1 + exp(−|x|)), which does not overflow.
      let smaller = function(.negation, function(.absolute, x, name), name)
      let sum = binary(.add, apply(.exponential, to: smaller, name: name), scalar(1), name)
      return binary(.add, apply(.relu, to: x, name: name), function(.logarithm, sum, name), name)
    case .softsign: return binary(.divide, x, binary(.add, function(.absolute, x, name), scalar(1), name), name)
    case .mish:
      return binary(.multiply, x, apply(.tanh, to: apply(.softplus, to: x, name: name), name: name), name)
    case .linear, .relu, .relu6, .sigmoid, .tanh, .softmax, .elu, .exponential, .leakyReLU: return x
    }
  }

  /// Normalisation of every row of channels: γ (x − μ) / √(σ² + ε) + β.
  mutating func normalizeRows(
    _ x: Int, _ normalization: LayerNormalizationOperation, gamma: Tensor?, beta: Tensor?, name: String
  ) -> Int {
    let row = Shape(values[x].shape.dimensions.dropLast() + [1])
    let mean = step(.meanOfChannels, [x], shape: row, name: "\(name)/mean")
    let square = binary(.squaredDifference, x, mean, name)
    let variance = step(.meanOfChannels, [square], shape: row, name: "\(name)/variance")
    let reciprocal = function(.reciprocalRoot, binary(.add, variance, scalar(normalization.epsilon), name), name)
    var result = binary(.multiply, binary(.subtract, x, mean, name), reciprocal, name)
    if let gamma { result = binary(.multiply, result, constant(gamma, name: "\(name)/gamma"), name) }
    if let beta { result = binary(.add, result, constant(beta, name: "\(name)/beta"), name) }
    return result
  }

  /// Every row of channels at length 1: x / √max(Σ x², ε).
  mutating func unitRows(_ x: Int, epsilon: Float, name: String) -> Int {
    let shape = values[x].shape
    let square = binary(.multiply, x, x, name)
    let row = Shape(shape.dimensions.dropLast() + [1])
    let mean = step(.meanOfChannels, [square], shape: row, name: "\(name)/mean")
    let sum = binary(.multiply, mean, scalar(Float(shape[-1])), name)
    let reciprocal = function(.reciprocalRoot, binary(.maximum, sum, scalar(epsilon), name), name)
    return binary(.multiply, x, reciprocal, name)
  }

  private mutating func function(_ function: TensorOperation.Function, _ x: Int, _ name: String) -> Int {
    step(.function(function), [x], shape: values[x].shape, name: "\(name)/\(function)")
  }

  mutating func binary(_ operation: TensorOperation, _ x: Int, _ y: Int, _ name: String) -> Int {
    step(operation, [x, y], shape: values[x].shape, name: "\(name)/\(operation)")
  }
}
