/// Which augmented picture: everything that an augmentation's random numbers depend on.
///
/// Equal keys give equal pictures, on any thread and in any order.
public struct AugmentationKey: Sendable, Hashable, Codable {
  /// The run's seed.
  public let seed: UInt64
  /// The number of the view: a picture's first augmented version is 0, the next one 1. Below 2²⁴.
  public let view: Int
  /// The picture's position among the training samples. Below 2³².
  public let sample: Int

  /// Makes a key. `view` must lie in 0 ..< 2²⁴ and `sample` in 0 ..< 2³².
  public init(seed: UInt64, view: Int, sample: Int) {
    precondition((0..<(1 << 24)).contains(view), "A view of 0 ..< 2^24 is needed, received \(view).")
    precondition((0..<(1 << 32)).contains(sample), "A sample of 0 ..< 2^32 is needed, received \(sample).")
    self.seed = seed
    self.view = view
    self.sample = sample
  }

  /// The same view of another sample.
  public func with(sample: Int) -> AugmentationKey { AugmentationKey(seed: seed, view: view, sample: sample) }
}
