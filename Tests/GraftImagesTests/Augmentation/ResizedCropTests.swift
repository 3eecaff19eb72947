import GraftCore
import GraftImages
import Testing

@Suite struct ResizedCropTests {
  private func key(_ sample: Int) -> AugmentationKey { AugmentationKey(seed: 4, view: 1, sample: sample) }

  @Test func cropsKeepToTheirRanges() throws {
    let augmentation = try Augmentation(parsing: "crop=0.2..0.7:0.6..1.5")
    var shares: [Double] = []
    var ratios: [Double] = []
    for sample in 0..<2000 {
      let crop = try #require(augmentation.crop(for: key(sample), width: 400, height: 300))
      #expect(crop.x >= 0 && crop.y >= 0 && crop.x + crop.width <= 400.0001 && crop.y + crop.height <= 300.0001)
      shares.append(crop.width * crop.height / 120_000)
      ratios.append(crop.width / crop.height)
    }
    let (leastShare, mostShare) = (try #require(shares.min()), try #require(shares.max()))
    let (leastRatio, mostRatio) = (try #require(ratios.min()), try #require(ratios.max()))
    #expect(0.2 - 1e-9 <= leastShare && leastShare < 0.21 && 0.69 < mostShare && mostShare <= 0.7 + 1e-9)
    #expect(0.6 - 1e-9 <= leastRatio && leastRatio < 0.61 && 1.49 < mostRatio && mostRatio <= 1.5 + 1e-9)
  }

  /// No part of half the area has a proportion up to 4/3 in a picture of 10 : 1.
  @Test func aLongPictureGivesTheLargestPart() throws {
    let augmentation = try Augmentation(parsing: "crop=0.5..1:0.75..1.25")
    let wide = try #require(augmentation.crop(for: key(0), width: 1000, height: 100))
    #expect(wide.height == 100 && abs(wide.width - 125) < 1e-9 && wide.x >= 0 && wide.x <= 875)
    let tall = try #require(augmentation.crop(for: key(0), width: 100, height: 1000))
    #expect(tall.width == 100 && abs(tall.height - 100 / 0.75) < 1e-9)
  }

  /// A part of the upright picture, however the file is stored: the same as from an upright copy.
  @Test(arguments: 1...8)
  func orientationDoesNotMatter(_ orientation: Int) throws {
    let augmentation = try Augmentation(parsing: "crop=0.1..0.5")
    let loader = ImageLoader(width: 24, height: 18, preprocessing: .none)
    let stored = Fixtures.path("pictures/large\(orientation).jpg")
    let folder = try TemporaryFolder()
    let upright = folder.path + "/upright.png"
    try PixelImage(contentsOf: stored).writePNG(to: upright)
    for sample in 0..<10 {
      let image = try loader.image(stored, augmentation: augmentation, key: key(sample))
      let expected = try loader.image(upright, augmentation: augmentation, key: key(sample))
      let difference = try #require(Fixtures.largestDifference(image.pixels, expected.pixels))
      // As in ImageDecoderTests: a reduced decode averages squares where the resizer has a triangle.
      #expect(difference <= 3, "sample \(sample)")
    }
  }

  /// A fine pattern that the resize of the whole picture turns gray survives in a part of the network's size.
  @Test func theCropKeepsDetail() throws {
    let side = 400
    let pixels = (0..<(side * side)).flatMap { index -> [UInt8] in
      [UInt8](repeating: (index % side / 2 + index / side / 2) % 2 == 0 ? 0 : 255, count: 3)
    }
    let folder = try TemporaryFolder()
    let path = folder.path + "/pattern.png"
    try PixelImage(width: side, height: side, pixels: pixels).writePNG(to: path)
    let loader = ImageLoader(width: 40, height: 40, preprocessing: .none)
    let whole = try loader.image(path)
    #expect(whole.pixels.allSatisfy { abs(Int($0) - 128) < 12 })
    let part = try loader.image(path, augmentation: Augmentation(parsing: "crop=0.01..0.01:1..1"), key: key(0))
    // Wherever the part begins, half the columns and half the rows lie within one square.
    #expect(part.pixels.count { $0 < 64 || $0 > 191 } >= part.pixels.count / 4)
  }
}
