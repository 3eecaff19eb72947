import GraftImages
import Testing

@Suite struct ResizerTests {
  @Test func equalsPillowsBilinear() throws {
    let resizes = Fixtures.json(Fixtures.Resizes.self, "resize.json")
    let source = PixelImage(
      width: resizes.width, height: resizes.height, pixels: try Fixtures.bytes("resize-source.rgb"))
    let expected = try Fixtures.bytes("resize-results.rgb")
    let resizer = Resizer()
    // Twice, so that kept tables are used as well.
    for _ in 0..<2 {
      var offset = 0
      for size in resizes.cases {
        let result = resizer.resize(source, width: size.width, height: size.height)
        let count = size.width * size.height * 3
        let difference = Fixtures.largestDifference(result.pixels, Array(expected[offset..<(offset + count)]))
        #expect(try #require(difference) <= 1, "\(size.width)×\(size.height)")
        offset += count
      }
      #expect(offset == expected.count)
    }
  }

  /// Short sums are fixed-point, long ones exact: both are the rounded value of the filter in double precision, or beside it
  /// where that lies within a fortieth of the middle.
  @Test(arguments: [(500, 375, 224, 224), (333, 251, 160, 200), (4001, 97, 57, 31), (61, 40, 160, 160)])
  func equalsTheFilterInDoublePrecision(_ width: Int, _ height: Int, _ newWidth: Int, _ newHeight: Int) {
    var state: UInt32 = 7
    let pixels = (0..<(width * height * 3)).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      // Mostly black and white, where sums could run over.
      let byte = UInt8(truncatingIfNeeded: state >> 24)
      return byte < 64 ? 0 : byte > 192 ? UInt8(255) : byte
    }
    let result = Resizer().resize(
      PixelImage(width: width, height: height, pixels: pixels), width: newWidth, height: newHeight)
    let (columns, rows) = (Self.filter(width, newWidth), Self.filter(height, newHeight))
    for (y, row) in rows.enumerated() {
      for (x, column) in columns.enumerated() {
        for channel in 0..<3 {
          var exact = 0.0
          for (v, weight) in row {
            for (u, other) in column { exact += weight * other * Double(pixels[(v * width + u) * 3 + channel]) }
          }
          let own = Double(result.pixels[(y * newWidth + x) * 3 + channel])
          #expect(abs(own - exact) <= 0.525, "(\(x), \(y), \(channel)): \(own), exactly \(exact)")
        }
      }
    }
  }

  /// Positions and weights of the triangle filter, for each output position.
  private static func filter(_ length: Int, _ count: Int) -> [[(Int, Double)]] {
    let scale = Double(length) / Double(count)
    let support = max(scale, 1)
    return (0..<count).map { position in
      let center = (Double(position) + 0.5) * scale
      let weights = (0..<length).map { max(0, 1 - abs(Double($0) + 0.5 - center) / support) }
      let sum = weights.reduce(0, +)
      return weights.enumerated().filter { $0.1 > 0 }.map { ($0.0, $0.1 / sum) }
    }
  }

  @Test func aConstantStaysConstant() {
    for value: UInt8 in [0, 1, 127, 254, 255] {
      let source = PixelImage(width: 37, height: 23, pixels: [UInt8](repeating: value, count: 37 * 23 * 3))
      let wide = PixelImage(width: 5000, height: 3, pixels: [UInt8](repeating: value, count: 45000))
      for (width, height) in [(10, 90), (37, 5), (224, 224), (1, 1)] {
        for image in [source, wide] {
          let result = Resizer().resize(image, width: width, height: height)
          #expect(result.pixels == [UInt8](repeating: value, count: width * height * 3))
        }
      }
    }
  }

  /// 6 × 2, a column per colour: cropping to a square keeps the middle two.
  @Test func cropTakesTheMiddle() {
    let row = (0..<6).flatMap { column in [UInt8](repeating: UInt8(40 * column), count: 3) }
    let result = Resizer().resize(PixelImage(width: 6, height: 2, pixels: row + row), width: 2, height: 2, fit: .crop)
    let expected: [UInt8] = [80, 80, 80, 120, 120, 120]
    #expect(result.pixels == expected + expected)
  }

  @Test func padCentresOnWhite() {
    let source = PixelImage(width: 4, height: 2, pixels: [UInt8](repeating: 9, count: 24))
    let result = Resizer().resize(source, width: 4, height: 4, fit: .pad)
    let white = [UInt8](repeating: 255, count: 12)
    #expect(result.pixels == white + source.pixels + white)
  }

  @Test func stretchIsTheDefault() {
    let source = PixelImage(width: 2, height: 1, pixels: [10, 20, 30, 50, 60, 70])
    #expect(Resizer().resize(source, width: 1, height: 2).pixels == [30, 40, 50, 30, 40, 50])
  }
}
