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

  @Test func aConstantStaysConstant() {
    for value: UInt8 in [0, 1, 127, 254, 255] {
      let source = PixelImage(width: 37, height: 23, pixels: [UInt8](repeating: value, count: 37 * 23 * 3))
      for (width, height) in [(10, 90), (37, 5), (224, 224), (1, 1)] {
        let result = Resizer().resize(source, width: width, height: height)
        #expect(result.pixels == [UInt8](repeating: value, count: width * height * 3))
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
