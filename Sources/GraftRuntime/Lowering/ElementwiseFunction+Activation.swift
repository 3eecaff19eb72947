internal import GraftGraph
internal import GraftKernels

extension ElementwiseFunction {
  /// The kernel's function for an activation; none for the identity and for softmax, which is not element-wise.
  init?(_ activation: Activation) {
    switch activation {
    case .linear, .softmax: return nil
    case .relu: self = .relu
    case .relu6: self = .relu6
    case .sigmoid: self = .sigmoid
    case .tanh: self = .tanh
    case .swish: self = .swish
    case .gelu: self = .gelu
    }
  }
}
