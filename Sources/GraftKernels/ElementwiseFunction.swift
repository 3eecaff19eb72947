internal import COneDNN

/// An element-wise function that oneDNN computes, alone or after another kernel.
package struct ElementwiseFunction: Sendable {
  let algorithm: dnnl_alg_kind_t
  /// The same function's derivative, as a function of the result.
  let derivativeFromResult: dnnl_alg_kind_t?
  let alpha: Float
  let beta: Float

  private init(
    _ algorithm: dnnl_alg_kind_t, fromResult: dnnl_alg_kind_t? = nil, alpha: Float = 0, beta: Float = 0
  ) {
    self.algorithm = algorithm
    derivativeFromResult = fromResult
    self.alpha = alpha
    self.beta = beta
  }

  /// max(x, 0)
  package static let relu = Self(dnnl_eltwise_relu, fromResult: dnnl_eltwise_relu_use_dst_for_bwd)
  /// min(max(x, 0), 6)
  package static let relu6 = Self(dnnl_eltwise_clip_v2, fromResult: dnnl_eltwise_clip_v2_use_dst_for_bwd, beta: 6)
  /// 1 / (1 + e⁻ˣ)
  package static let sigmoid = Self(dnnl_eltwise_logistic, fromResult: dnnl_eltwise_logistic_use_dst_for_bwd)
  /// Hyperbolic tangent.
  package static let tanh = Self(dnnl_eltwise_tanh, fromResult: dnnl_eltwise_tanh_use_dst_for_bwd)
  /// x · sigmoid(x)
  package static let swish = Self(dnnl_eltwise_swish, alpha: 1)
  /// x · Φ(x), exact.
  package static let gelu = Self(dnnl_eltwise_gelu_erf)
  /// x for x > 0, else α (eˣ − 1)
  package static func elu(alpha: Float) -> Self {
    Self(dnnl_eltwise_elu, fromResult: dnnl_eltwise_elu_use_dst_for_bwd, alpha: alpha)
  }
  /// log(1 + eˣ)
  package static let softplus = Self(dnnl_eltwise_soft_relu, alpha: 1)
  /// x / 6 + ½ between 0 and 1
  package static let hardSigmoid = Self(dnnl_eltwise_hardsigmoid, alpha: 1 / 6, beta: 0.5)
  /// x · hardSigmoid(x)
  package static let hardSwish = Self(dnnl_eltwise_hardswish, alpha: 1 / 6, beta: 0.5)
  /// eˣ
  package static let exponential = Self(dnnl_eltwise_exp, fromResult: dnnl_eltwise_exp_use_dst_for_bwd)
  /// x for x > 0, else slope · x
  package static func leakyReLU(slope: Float) -> Self {
    Self(dnnl_eltwise_relu, fromResult: dnnl_eltwise_relu_use_dst_for_bwd, alpha: slope)
  }
  /// x · tanh(log(1 + eˣ))
  package static let mish = Self(dnnl_eltwise_mish)
  /// x · scale + offset
  package static func linear(scale: Float, offset: Float) -> Self {
    Self(dnnl_eltwise_linear, alpha: scale, beta: offset)
  }
}
