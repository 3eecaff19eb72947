import GraftCore
import GraftImages
import Testing

@Suite struct ContactSheetTests {
  private func tile(_ width: Int, _ height: Int, _ value: UInt8) -> PixelImage {
    PixelImage(width: width, height: height, pixels: [UInt8](repeating: value, count: width * height * 3))
  }

  @Test func tilesStandInRowsWithGaps() {
    let sheet = ContactSheet(rows: [[tile(2, 1, 10), tile(1, 2, 20)], [tile(1, 1, 30)]], gap: 1).image()
    let gray: [[UInt8]] = [
      [255, 255, 255, 255, 255, 255],
      [255, 10, 10, 255, 20, 255],
      [255, 255, 255, 255, 20, 255],
      [255, 255, 255, 255, 255, 255],
      [255, 30, 255, 255, 255, 255],
      [255, 255, 255, 255, 255, 255],
    ]
    #expect(sheet.width == 6 && sheet.height == 6)
    #expect(sheet.pixels == gray.joined().flatMap { [$0, $0, $0] })
    #expect(ContactSheet(rows: [], gap: 0).image() == tile(1, 1, 255))
  }

  @Test func showsWhatTrainingSees() throws {
    let augmentation = try Augmentation(parsing: "crop=0.3..0.8,flip,rotation=0.1,contrast=0.3,cutmix=1")
    let files = ["large1.jpg", "plain.png", "alpha.png"].map { Fixtures.path("pictures/\($0)") }
    let sheet = try ContactSheet(
      of: augmentation, files: files, rows: [2, 0], views: 3, seed: 9, width: 20, height: 16)
    #expect(sheet.rows.map(\.count) == [4, 4])
    let loader = ImageLoader(width: 20, height: 16, preprocessing: .none)
    for (tiles, row) in zip(sheet.rows, [2, 0]) {
      for (column, tile) in tiles.enumerated() {
        var output = [Float](repeating: .nan, count: loader.elementCount)
        try output.withUnsafeMutableBufferPointer { buffer in
          if column == 0 { return try loader.load(files[row], into: buffer) }
          let key = AugmentationKey(seed: 9, view: column - 1, sample: row)
          let mixing = try #require(augmentation.mixing(for: key, sampleCount: 3))
          try loader.load(
            files[row], augmentation: augmentation, key: key, partner: (mixing, files[mixing.partner]), into: buffer)
        }
        #expect(output == tile.pixels.map { Float($0) })
      }
    }
    #expect(Set(sheet.rows.joined()).count == 8)
    #expect(sheet.image().width == 4 * 24 + 4 && sheet.image().height == 2 * 20 + 4)
  }

  /// Nothing black comes in where a white picture is moved.
  @Test func reflectionBringsNoBorders() throws {
    let augmentation = try Augmentation(parsing: "rotation=0.2,zoom=0.5,translation=0.3")
    for sample in 0..<20 {
      let key = AugmentationKey(seed: 0, view: 0, sample: sample)
      #expect(augmentation.apply(to: tile(31, 17, 255), key: key) == tile(31, 17, 255))
    }
  }

  @Test func aBadFileIsNamed() {
    let error = #expect(throws: GraftError.self) {
      try ContactSheet(of: .light, files: ["/no/such.jpg"], rows: [0], views: 1, seed: 0, width: 8, height: 8)
    }
    #expect(error?.code == .fileNotFound)
  }
}
