extension Graph {
  /// Whether a value is never negative, whatever the input: as its operation or its format says.
  package func isNonNegative(_ id: NodeID) -> Bool {
    let node = self[id]
    if case .uint8 = node.format { return true }
    return switch node.operation {
    case .convolution(let convolution): convolution.activation.isNonNegative
    case .dense(let dense): dense.activation.isNonNegative
    case .quantized(let quantized): quantized.activation.isNonNegative
    case .batchNormalization(let normalization): normalization.activation.isNonNegative
    case .activation(let activation): activation.isNonNegative
    case .elementwise(.rectifier(_, let slope, _)): slope == 0
    case .pooling, .globalPooling, .reshape, .zeroPadding, .cropping, .add, .multiply, .concatenate, .transpose,
      .repetition, .convert:
      node.inputs.allSatisfy(isNonNegative)
    default: false
    }
  }
}

extension Activation {
  /// Whether results are never negative.
  fileprivate var isNonNegative: Bool {
    switch self {
    case .relu, .relu6, .sigmoid, .hardSigmoid, .softmax, .softplus, .exponential: true
    case .linear, .tanh, .swish, .gelu, .elu, .selu, .softsign, .hardSwish, .leakyReLU, .mish: false
    }
  }
}
