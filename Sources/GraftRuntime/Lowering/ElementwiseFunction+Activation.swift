internal import GraftGraph
internal import GraftKernels

extension ElementwiseFunction {
  /// The kernel's function for an activation; none for the identity, for softmax, which is not element-wise, and for what
  /// oneDNN does not have in one piece.
  init?(_ activation: Activation) {
    switch activation {
    case .linear, .softmax, .selu, .softsign: return nil
    case .relu: self = .relu
    case .relu6: self = .relu6
    case .sigmoid: self = .sigmoid
    case .tanh: self = .tanh
    case .swish: self = .swish
    case .gelu: self = .gelu
    case .elu: self = .elu(alpha: 1)
    case .softplus: self = .softplus
    case .hardSigmoid: self = .hardSigmoid
    case .hardSwish: self = .hardSwish
    case .exponential: self = .exponential
    case .leakyReLU: self = .leakyReLU(slope: 0.2)
    case .mish: self = .mish
    }
  }

  /// The kernel's function for an element-wise operation; none for what oneDNN does not have in one piece.
  init?(_ operation: ElementwiseOperation) {
    switch operation {
    case .rectifier(nil, let slope, threshold: 0): self = .leakyReLU(slope: slope)
    case .rectifier: return nil
    case .exponentialLinear(let alpha): self = .elu(alpha: alpha)
    }
  }
}
