extension Augmentation {
  /// Augmentations with a name. `augmentation.description` says what one means.
  public enum Preset: String, Sendable, CaseIterable {
    /// Small shifts and flips, for few pictures that all look alike.
    case light
    /// What most photos bear.
    case standard
    /// For long training of many layers.
    case strong

    /// The operations.
    public var augmentation: Augmentation {
      switch self {
      case .light:
        Augmentation(checked: [
          .randomFlip(.horizontal), .randomTranslation(height: 0.05, width: 0.05), .randomZoom(0.1),
        ])
      case .standard:
        Augmentation(checked: [
          .randomResizedCrop(scale: 0.5...1), .randomFlip(.horizontal), .randomRotation(0.03), .randomBrightness(0.1),
          .randomContrast(0.2), .randomSaturation(0.2),
        ])
      case .strong:
        Augmentation(checked: [
          .randomResizedCrop(scale: 0.3...1), .randomFlip(.horizontal), .randAugment(operations: 2, magnitude: 5),
          .randomErasing(0.25), .mixup(alpha: 0.2),
        ])
      }
    }
  }

  /// `Preset.light`.
  public static let light = Preset.light.augmentation
  /// `Preset.standard`.
  public static let standard = Preset.standard.augmentation
  /// `Preset.strong`.
  public static let strong = Preset.strong.augmentation
}
