internal import GraftCore

extension Canvas {
  /// keras.layers.RandomErasing: fills the pixels whose coordinates lie in a box.
  mutating func erase(_ box: PixelBox, _ erasure: Erasure) {
    let columns = Self.pixels(from: box.left, to: box.right, below: width)
    let rows = Self.pixels(from: box.top, to: box.bottom, below: height)
    let quantiles = Erasure.quantiles
    for (line, row) in rows.enumerated() {
      for (place, column) in columns.enumerated() {
        switch erasure {
        case .constant(let value): pixels[row * width + column] = SIMD4(value, value, value, 0)
        case .noise(let random):
          let word = random.words(at: UInt64(line * columns.count + place))
          pixels[row * width + column] = SIMD4(
            quantiles[Int(word.x >> 20)], quantiles[Int(word.y >> 20)], quantiles[Int(word.z >> 20)], 0)
        }
      }
    }
  }

  private static func pixels(from lower: Double, to upper: Double, below count: Int) -> Range<Int> {
    let first = min(count, max(0, Int(lower.rounded(.up))))
    return first..<max(first, min(count, Int(upper.rounded(.up))))
  }
}
