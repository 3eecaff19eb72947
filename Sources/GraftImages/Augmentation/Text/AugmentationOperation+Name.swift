extension AugmentationOperation {
  /// The operations' names in texts and configurations, and, in texts, their parameters' order.
  enum Name: String, CaseIterable, Sendable {
    case flip, rotation, zoom, translation
    case resizedCrop = "crop"
    case brightness, contrast, saturation, hue, erasing
    case randAugment = "randaugment"
    case mixup, cutmix

    /// The parameters that are numbers or ranges.
    var numberKeys: [String] {
      switch self {
      case .flip: []
      case .rotation, .brightness, .contrast, .saturation, .hue: ["factor"]
      case .zoom, .translation: ["height", "width"]
      case .resizedCrop: ["scale", "ratio"]
      case .erasing: ["probability", "scale"]
      case .randAugment: ["operations", "magnitude"]
      case .mixup, .cutmix: ["alpha"]
      }
    }

    /// The parameter that is a word.
    var wordKey: String? {
      switch self {
      case .flip: "mode"
      case .rotation, .zoom, .translation: "fill_mode"
      case .erasing: "fill"
      default: nil
      }
    }

    /// How the operation is written, for help texts and errors.
    var example: String {
      switch self {
      case .flip: "flip=horizontal"
      case .rotation: "rotation=0.1"
      case .zoom: "zoom=0.2"
      case .translation: "translation=0.1:0.1"
      case .resizedCrop: "crop=0.5..1:0.75..1.33"
      case .brightness, .contrast, .saturation: "\(rawValue)=0.2"
      case .hue: "hue=0.1"
      case .erasing: "erasing=0.5:0.02..0.33"
      case .randAugment: "randaugment=2:9"
      case .mixup: "mixup=0.2"
      case .cutmix: "cutmix=1"
      }
    }
  }

  var name: Name {
    switch kind {
    case .flip: .flip
    case .rotation: .rotation
    case .zoom: .zoom
    case .translation: .translation
    case .resizedCrop: .resizedCrop
    case .brightness: .brightness
    case .contrast: .contrast
    case .saturation: .saturation
    case .hue: .hue
    case .erasing: .erasing
    case .randAugment: .randAugment
    case .mixup: .mixup
    case .cutmix: .cutmix
    }
  }
}
