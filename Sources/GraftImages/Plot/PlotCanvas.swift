/// A picture that is being drawn.
struct PlotCanvas {
  let width: Int
  let height: Int
  private var pixels: [UInt8]

  /// An empty white picture.
  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    pixels = [UInt8](repeating: 255, count: width * height * 3)
  }

  var image: PixelImage { PixelImage(width: width, height: height, pixels: pixels) }

  /// Lays a colour over a pixel; what lies outside is not drawn.
  mutating func blend(_ color: PlotColor, x: Int, y: Int, coverage: Double = 1) {
    guard x >= 0, x < width, y >= 0, y < height, coverage > 0 else { return }
    let offset = 3 * (y * width + x)
    for (channel, value) in [color.red, color.green, color.blue].enumerated() {
      let mixed = Double(pixels[offset + channel]) * (1 - coverage) + Double(value) * coverage
      pixels[offset + channel] = UInt8(mixed.rounded())
    }
  }

  /// Fills a rectangle.
  mutating func fill(_ color: PlotColor, x: Range<Int>, y: Range<Int>) {
    for row in y { for column in x { blend(color, x: column, y: row) } }
  }

  /// Writes a line of text with its upper left corner at a point, each of the font's pixels `scale` pixels wide.
  mutating func write(_ text: String, x: Int, y: Int, scale: Int, color: PlotColor) {
    var left = x
    for character in text {
      let glyph = BitmapFont.glyph(character)
      for row in 0..<BitmapFont.height {
        for column in 0..<BitmapFont.width where glyph.isSet(column: column, row: row) {
          let (pixelX, pixelY) = (left + column * scale, y + (row + glyph.drop) * scale)
          fill(color, x: pixelX..<(pixelX + scale), y: pixelY..<(pixelY + scale))
        }
      }
      left += BitmapFont.advance * scale
    }
  }

  /// Writes a line of text upwards, its beginning at the lower left.
  mutating func writeUpwards(_ text: String, x: Int, y: Int, scale: Int, color: PlotColor) {
    var bottom = y
    for character in text {
      let glyph = BitmapFont.glyph(character)
      for row in 0..<BitmapFont.height {
        for column in 0..<BitmapFont.width where glyph.isSet(column: column, row: row) {
          let (pixelX, pixelY) = (x + (row + glyph.drop) * scale, bottom - (column + 1) * scale)
          fill(color, x: pixelX..<(pixelX + scale), y: pixelY..<(pixelY + scale))
        }
      }
      bottom -= BitmapFont.advance * scale
    }
  }

  /// Draws a line through points with smooth edges, inside a rectangle only. A nil breaks the line.
  mutating func stroke(
    _ points: [SIMD2<Double>?], width: Double, color: PlotColor, insideX: Range<Int>, insideY: Range<Int>
  ) {
    // The largest coverage of each pixel by any segment, so that joints are not drawn twice.
    var coverage = [Double](repeating: 0, count: insideX.count * insideY.count)
    let reach = width / 2 + 1
    for (first, second) in zip(points, points.dropFirst()) {
      guard let from = first, let to = second else { continue }
      func range(_ a: Double, _ b: Double, _ limits: Range<Int>) -> Range<Int> {
        let (low, high) = (Double(limits.lowerBound), Double(limits.upperBound))
        let start = Int(min(max(min(a, b) - reach, low), high))
        return start..<max(start, Int(min(max(max(a, b) + reach, low), high).rounded(.up)))
      }
      let direction = to - from
      let squared = (direction * direction).sum()
      for y in range(from.y, to.y, insideY) {
        for x in range(from.x, to.x, insideX) {
          let offset = SIMD2(Double(x) + 0.5, Double(y) + 0.5) - from
          let place = squared == 0 ? 0 : min(max((offset * direction).sum() / squared, 0), 1)
          let away = offset - direction * place
          let distance = (away * away).sum().squareRoot()
          let index = (y - insideY.lowerBound) * insideX.count + x - insideX.lowerBound
          coverage[index] = max(coverage[index], min(1, max(0, width / 2 + 0.5 - distance)))
        }
      }
    }
    for y in insideY {
      for x in insideX {
        blend(
          color, x: x, y: y, coverage: coverage[(y - insideY.lowerBound) * insideX.count + x - insideX.lowerBound])
      }
    }
  }
}
