extension Augmentation {
  /// With which sample, and how, a sample is mixed; nil if this augmentation mixes nothing, or there is no other sample.
  ///
  /// A function of the key and of `sampleCount` alone: no picture is needed to know the labels. The partner is any other
  /// sample, all equally likely, augmented under `key.with(sample: partner)`. With both mixup and cutmix, a coin decides.
  ///
  /// - Parameters:
  ///   - key: Which augmented version of which sample.
  ///   - sampleCount: The number of training samples.
  public func mixing(for key: AugmentationKey, sampleCount: Int) -> Mixing? {
    let ways = operations.filter { operation in
      switch operation.kind {
      case .mixup(let alpha), .cutmix(let alpha): alpha > 0
      default: false
      }
    }
    guard sampleCount > 1, let first = ways.first, let last = ways.last else { return nil }
    var choice = AugmentationDraws(key, "mixing", occurrence: 0)
    let operation = choice.coin() ? first : last
    var draws = draws(key, operation, 0)
    let other = draws.index(below: sampleCount - 1)
    let partner = other < key.sample ? other : other + 1
    switch operation.kind {
    case .mixup(let alpha): return Mixing(partner: partner, share: Float(draws.beta(alpha)), way: .blend)
    case .cutmix(let alpha):
      let side = (1 - draws.beta(alpha)).squareRoot()
      let (left, top) = (draws.uniform() * (1 - side), draws.uniform() * (1 - side))
      let box = PixelBox(left: left, top: top, right: left + side, bottom: top + side)
      return Mixing(partner: partner, share: Float(1 - side * side), way: .paste(box))
    default: return nil
    }
  }
}
