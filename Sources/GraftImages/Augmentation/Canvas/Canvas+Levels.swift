extension Canvas {
  /// keras.layers.RandomPosterization: the fraction falls away, then all but the highest bits.
  mutating func posterize(bits: Int) {
    let mask: UInt8 = bits >= 8 ? 255 : ~(255 >> UInt8(max(0, bits)))
    let levels = (0...255).map { Float(UInt8($0) & mask) }
    mapLevels { _ in levels }
  }

  /// keras.layers.Equalization: each channel's cumulative histogram becomes its curve. A channel of one level stays.
  mutating func equalize() {
    mapLevels { histogram in
      let first = histogram.first { $0 > 0 } ?? 0
      let rest = histogram.reduce(0, +) - first
      guard rest > 0 else { return nil }
      var sum = 0
      return histogram.map { count in
        sum += count
        return (Float(max(0, sum - first)) * 255 / Float(rest)).rounded(.toNearestOrEven)
      }
    }
  }

  /// Replaces each channel's 256 levels by a table that `make` gives for its histogram; nil changes nothing.
  private mutating func mapLevels(_ make: ([Int]) -> [Float]?) {
    for channel in 0..<3 {
      var histogram = [Int](repeating: 0, count: 256)
      for index in 0..<count { histogram[Self.level(pixels[index][channel])] += 1 }
      guard let table = make(histogram) else { continue }
      for index in 0..<count { pixels[index][channel] = table[Self.level(pixels[index][channel])] }
    }
  }

  @inline(__always) private static func level(_ value: Float) -> Int { min(255, max(0, Int(value))) }
}
