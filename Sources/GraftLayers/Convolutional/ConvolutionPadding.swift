/// What happens at a picture's border.
public enum ConvolutionPadding: String, Sendable, Hashable {
  /// No zeros: the kernel stays inside.
  case valid
  /// Zeros such that the result has ⌈input / stride⌉ pixels, an odd one at the bottom and right: TensorFlow's "same".
  case same
}
