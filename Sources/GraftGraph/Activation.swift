/// An element-wise function, or softmax along the last axis, under the name that Keras gives it.
///
/// Definitions: keras.activations. `gelu` is the exact one (with erf), as is Keras's default.
public enum Activation: String, Sendable, Hashable, Codable, CaseIterable {
  /// x
  case linear
  /// max(x, 0)
  case relu
  /// min(max(x, 0), 6)
  case relu6
  /// 1 / (1 + e⁻ˣ)
  case sigmoid
  /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
  case tanh
  /// x · sigmoid(x), which Keras also calls `silu`
  case swish
  /// x · ½ (1 + erf(x / √2))
  case gelu
  /// eˣⁱ / Σ eˣʲ along the last axis
  case softmax
  /// x for x > 0, else eˣ − 1
  case elu
  /// λ x for x > 0, else λ α (eˣ − 1), with Keras's α and λ
  case selu
  /// log(1 + eˣ)
  case softplus
  /// x / (1 + |x|)
  case softsign
  /// min(max(x / 6 + ½, 0), 1)
  case hardSigmoid = "hard_sigmoid"
  /// x · hardSigmoid(x), which Keras also calls `hard_silu`
  case hardSwish = "hard_swish"
  /// eˣ
  case exponential
  /// x for x > 0, else 0.2 x: Keras's default slope
  case leakyReLU = "leaky_relu"
  /// x · tanh(log(1 + eˣ))
  case mish

  /// The activation that Keras knows under a name, aliases included.
  public init?(kerasName: String) {
    let aliases = ["silu": "swish", "hard_silu": "hard_swish"]
    self.init(rawValue: aliases[kerasName] ?? kerasName)
  }

  /// Whether the derivative follows from the result alone, so that the argument need not be kept.
  var differentiatesFromResult: Bool {
    switch self {
    case .relu, .relu6, .sigmoid, .tanh, .softmax, .linear, .elu, .selu, .exponential, .leakyReLU: true
    case .swish, .gelu, .softplus, .softsign, .hardSigmoid, .hardSwish, .mish: false
    }
  }

  /// Whether a convolution or a matrix product can apply the activation to its result.
  var isFusible: Bool {
    switch self {
    case .softmax, .selu, .softsign: false
    default: true
    }
  }
}
