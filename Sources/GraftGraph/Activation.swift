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

  /// The activation that Keras knows under a name, aliases included.
  public init?(kerasName: String) {
    self.init(rawValue: kerasName == "silu" ? "swish" : kerasName)
  }

  /// Whether the derivative follows from the result alone, so that the argument need not be kept.
  var differentiatesFromResult: Bool {
    switch self {
    case .relu, .relu6, .sigmoid, .tanh, .softmax, .linear: true
    case .swish, .gelu: false
    }
  }
}
