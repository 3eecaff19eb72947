internal import Foundation
internal import GraftCore

/// The random numbers of one operation for one key: draw 0, draw 1, and so on.
///
/// Each operation has a stream of its own, named after it and numbered among its equals, so that an operation more or
/// less leaves the draws of all others as they are.
struct AugmentationDraws {
  private let random: RandomNumbers
  private var position: UInt64

  init(_ key: AugmentationKey, _ name: String, occurrence: Int) {
    random = RandomNumbers(seed: key.seed, stream: "augmentation/\(name)/\(occurrence)".stableHash)
    // 24 bits of view, 32 bits of sample, 256 draws.
    position = UInt64(truncatingIfNeeded: key.view) << 40 | UInt64(truncatingIfNeeded: key.sample) << 8
  }

  private mutating func words() -> SIMD4<UInt32> {
    defer { position &+= 1 }
    return random.words(at: position)
  }

  /// A number in [0, 1).
  mutating func uniform() -> Double { Double(words().x) * 0x1p-32 }

  /// A number of a range.
  mutating func uniform(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// One of 0 ..< count.
  mutating func index(below count: Int) -> Int { min(count - 1, Int(uniform() * Double(count))) }

  /// True in half of all cases.
  mutating func coin() -> Bool { words().x >> 31 == 0 }

  /// Random numbers for something that needs one per pixel.
  mutating func branch() -> RandomNumbers {
    let word = words()
    return RandomNumbers(seed: UInt64(word.x) << 32 | UInt64(word.y), stream: UInt64(word.z) << 32 | UInt64(word.w))
  }

  /// A number of the symmetric beta distribution with both parameters `alpha`, which must be positive.
  ///
  /// The ratio of two gamma numbers, taken from their logarithms: with a small alpha both are too small for a Double.
  mutating func beta(_ alpha: Double) -> Double {
    let difference = logGamma(alpha) - logGamma(alpha)
    return 1 / (1 + exp(-difference))
  }

  /// The logarithm of a gamma number of shape `alpha` (Marsaglia and Tsang 2000; below 1 with their boost).
  private mutating func logGamma(_ alpha: Double) -> Double {
    if alpha < 1 { return logGamma(alpha + 1) + log(positive()) / alpha }
    let d = alpha - 1 / 3.0
    let c = 1 / (9 * d).squareRoot()
    while true {
      let word = words()
      let radius = (-2 * log((Double(word.x) + 1) * 0x1p-32)).squareRoot()
      let normal = radius * cos(2 * Double.pi * Double(word.y) * 0x1p-32)
      let root = 1 + c * normal
      guard root > 0 else { continue }
      let v = root * root * root
      let accepted = log((Double(word.z) + 1) * 0x1p-32) < 0.5 * normal * normal + d - d * v + d * log(v)
      if accepted { return log(d) + log(v) }
    }
  }

  /// A number in (0, 1].
  private mutating func positive() -> Double { (Double(words().x) + 1) * 0x1p-32 }
}
