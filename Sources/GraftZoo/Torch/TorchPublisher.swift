/// Whose network it is: that decides the names in a file, what happens at the border of pictures, and the normalisations' numbers.
enum TorchPublisher: String, Sendable, Hashable, CaseIterable {
  /// torchvision.models.
  case torchvision
  /// timm's own networks.
  case timm
  /// timm's copies of TensorFlow's networks, `tf_…`: the names are timm's, the arithmetic is TensorFlow's.
  case timmTensorFlow
  /// The packages efficientnet_pytorch and efficientnet_lite_pytorch: their names, TensorFlow's arithmetic.
  case efficientNetPyTorch

  /// Whether zeros at the border stand as TensorFlow puts them, more of them after than before, and epsilon is TensorFlow's.
  var isTensorFlow: Bool { self == .timmTensorFlow || self == .efficientNetPyTorch }

  /// The name for people.
  var words: String {
    switch self {
    case .torchvision: "torchvision"
    case .timm: "timm"
    case .timmTensorFlow: "timm (tf_)"
    case .efficientNetPyTorch: "efficientnet_pytorch"
    }
  }
}

extension TorchPublisher {
  /// Whether it is one of timm's networks, which drop nothing in training unless they are told to.
  var isTimm: Bool { self == .timm || self == .timmTensorFlow }
}
