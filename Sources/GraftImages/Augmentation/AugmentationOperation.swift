/// One step of an `Augmentation`: what is changed, and how much.
///
/// Amounts are drawn per picture and view, uniformly. Each operation can be made from an amount, or with `factor:` from the
/// range that Keras's layer takes as a tuple. Names and units are those of the layers, `RandomRotation` and so on.
public struct AugmentationOperation: Sendable, Hashable {
  enum Kind: Sendable, Hashable {
    case flip(FlipMode)
    case rotation(AugmentationFactor, FillMode)
    /// Without a width, both axes zoom alike.
    case zoom(height: AugmentationFactor, width: AugmentationFactor?, FillMode)
    case translation(height: AugmentationFactor, width: AugmentationFactor, FillMode)
    case resizedCrop(scale: ClosedRange<Double>, ratio: ClosedRange<Double>)
    case brightness(AugmentationFactor)
    case contrast(AugmentationFactor)
    case saturation(AugmentationFactor)
    case hue(AugmentationFactor)
    case erasing(probability: Double, scale: ClosedRange<Double>, ErasureFill)
    case randAugment(operations: Int, magnitude: Double)
    case mixup(alpha: Double)
    case cutmix(alpha: Double)
  }

  let kind: Kind

  init(_ kind: Kind) { self.kind = kind }

  /// Whether the operation needs a second picture.
  public var isMixing: Bool {
    switch kind {
    case .mixup, .cutmix: true
    default: false
    }
  }
}
