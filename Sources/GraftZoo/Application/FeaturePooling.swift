internal import GraftLayers

/// What follows the last convolution of a network without a top.
public enum FeaturePooling: String, Sendable, Hashable {
  /// Global average pooling: the mean of every channel.
  case average
  /// Global maximum pooling: the largest value of every channel.
  case max

  func layer() -> Layer {
    switch self {
    case .average: GlobalAveragePooling2D()
    case .max: GlobalMaxPooling2D()
    }
  }
}
