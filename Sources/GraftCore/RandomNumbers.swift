/// Counter-based random numbers (Philox 4×32-10): a pure function of a seed, a stream and a position.
///
/// Nothing is drawn in order, so any number of threads sees the same numbers, and epoch 7 can be had without epochs 1
/// to 6. Definition: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011).
///
/// ```swift
/// let random = RandomNumbers(seed: 42, stream: 3)
/// random.uniform(at: 0)  // the same on every machine
/// ```
public struct RandomNumbers: Sendable, Hashable {
  /// The seed: one per run.
  public let seed: UInt64
  /// The stream: one per use, such as an epoch or a layer.
  public let stream: UInt64

  /// Makes the numbers of one stream of one seed.
  public init(seed: UInt64, stream: UInt64 = 0) {
    self.seed = seed
    self.stream = stream
  }

  /// Four independent 32-bit words for one position.
  public func words(at index: UInt64) -> SIMD4<UInt32> {
    // Four variables, not lanes: every round would take a vector to pieces and put it together again.
    var (x, y) = (UInt32(truncatingIfNeeded: index), UInt32(truncatingIfNeeded: index >> 32))
    var (z, w) = (UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    var (key0, key1) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    for _ in 0..<10 {
      let product0 = 0xD251_1F53 &* UInt64(x)
      let product1 = 0xCD9E_8D57 &* UInt64(z)
      (x, y) = (UInt32(truncatingIfNeeded: product1 >> 32) ^ y ^ key0, UInt32(truncatingIfNeeded: product1))
      (z, w) = (UInt32(truncatingIfNeeded: product0 >> 32) ^ w ^ key1, UInt32(truncatingIfNeeded: product0))
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return SIMD4(x, y, z, w)
  }

  /// A number in [0, 1), uniform on multiples of 2⁻²⁴.
  public func uniform(at index: UInt64) -> Float {
    Float(words(at: index).x >> 8) * 0x1p-24
  }

  /// A standard normal number (Box–Muller).
  public func normal(at index: UInt64) -> Float {
    let word = words(at: index)
    let radius = (-2 * Double.log((Double(word.x) + 1) * 0x1p-32)).squareRoot()
    return Float(radius * Double.cos(2 * Double.pi * Double(word.y) * 0x1p-32))
  }

  /// The numbers 0 ..< count in random order (Fisher–Yates).
  public func permutation(of count: Int) -> [Int] {
    var result = Array(0..<count)
    guard count > 1 else { return result }
    for last in stride(from: count - 1, through: 1, by: -1) {
      let word = words(at: UInt64(last))
      let wide = UInt64(word.x) << 32 | UInt64(word.y)
      result.swapAt(last, Int(wide.multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return result
  }
}
