extension Graph {
  /// Whether a value is never negative, whatever the input.
  package func isNonNegative(_ id: NodeID) -> Bool {
    let node = self[id]
    return switch node.operation {
    case .convolution(let convolution): convolution.activation.isNonNegative
    case .dense(let dense): dense.activation.isNonNegative
    case .batchNormalization(let normalization): normalization.activation.isNonNegative
    case .activation(let activation): activation.isNonNegative
    case .pooling, .globalPooling, .reshape, .zeroPadding, .cropping, .add, .multiply, .concatenate, .transpose,
      .repetition:
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
