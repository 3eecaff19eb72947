import Foundation
import GraftCore
import GraftImages
import Testing

@Suite struct AugmentationTests {
  static let everything = """
    crop=0.5..1,flip=both,rotation=0.1,zoom=0.2:0.3,translation=0.1,brightness=0.1,contrast=0.2,saturation=0.2,hue=0.1,\
    erasing=0.9,randaugment=3:9,mixup=0.2,cutmix=1
    """

  private let picture = PixelImage(
    width: 41, height: 29, pixels: (0..<(41 * 29 * 3)).map { UInt8(truncatingIfNeeded: $0 &* 7 + ($0 * $0) / 53) })

  private func key(_ sample: Int, view: Int = 0, seed: UInt64 = 5) -> AugmentationKey {
    AugmentationKey(seed: seed, view: view, sample: sample)
  }

  /// One loader per thread against one loader for all, in another order.
  @Test func threadsDoNotMatter() async throws {
    let augmentation = try Augmentation(parsing: Self.everything)
    let paths = ["large1.jpg", "plain.png", "lossy.webp", "large6.jpg", "gray.jpg", "alpha.png"]
      .map { Fixtures.path("pictures/\($0)") }
    let keys = (0..<48).map { key($0 % paths.count, view: $0 / paths.count) }

    @Sendable func load(_ key: AugmentationKey, _ loader: ImageLoader) -> [Float] {
      var output = [Float](repeating: .nan, count: loader.elementCount)
      let mixing = augmentation.mixing(for: key, sampleCount: paths.count)
      let fault = output.withUnsafeMutableBufferPointer {
        loader.tryLoad(
          paths[key.sample], augmentation: augmentation, key: key, partner: mixing.map { ($0, paths[$0.partner]) },
          into: $0)
      }
      #expect(fault == nil)
      return output
    }

    let loader = ImageLoader(width: 33, height: 27, preprocessing: .scaledToMinusOneToOne)
    let serial = Array(keys.reversed().map { load($0, loader) }.reversed())
    let parallel = await withTaskGroup(of: [(Int, [Float])].self, returning: [Int: [Float]].self) { group in
      for worker in 0..<8 {
        group.addTask {
          let loader = ImageLoader(width: 33, height: 27, preprocessing: .scaledToMinusOneToOne)
          return stride(from: worker, to: keys.count, by: 8).map { ($0, load(keys[$0], loader)) }
        }
      }
      return await group.reduce(into: [Int: [Float]]()) { result, part in
        for (index, values) in part { result[index] = values }
      }
    }
    for (index, values) in serial.enumerated() { #expect(parallel[index] == values, "key \(keys[index])") }
    #expect(Set(serial).count == serial.count)
    #expect(serial.joined().allSatisfy { (-1...1).contains($0) })
  }

  @Test func seedViewAndSampleAllCount() throws {
    let augmentation = try Augmentation(parsing: "rotation=0.1,brightness=0.2")
    let results = [key(0), key(1), key(0, view: 1), key(1, view: 1), key(0, seed: 6)]
      .map { augmentation.apply(to: picture, key: $0) }
    #expect(Set(results).count == results.count)
    #expect(augmentation.apply(to: picture, key: key(0)) == results[0])
  }

  @Test func otherOperationsDoNotChangeTheDraws() throws {
    for sample in 0..<50 {
      let key = key(sample)
      func last(_ text: String) throws -> PixelStep? {
        try Augmentation(parsing: text).steps(for: key, width: 41, height: 29).last
      }
      let alone = try last("brightness=0.2")
      #expect(alone != nil)
      #expect(try last("crop,flip,rotation=0.1,hue=0.1,erasing=1,randaugment,mixup,brightness=0.2") == alone)
      let twice = try Augmentation(parsing: "brightness=0.2,contrast=0.1,brightness=0.2")
        .steps(for: key, width: 41, height: 29)
      #expect(twice.first == alone)
      #expect(twice.last != alone)
    }
  }

  /// One map of several steps does what they do one after the other, where these lose nothing.
  @Test func neighbouringMapsBecomeOne() throws {
    let augmentation = try Augmentation(parsing: "flip,rotation=0.1,zoom=0.2,flip=vertical,translation=0.1")
    for sample in 0..<40 {
      let steps = augmentation.steps(for: key(sample), width: 41, height: 29)
      #expect(steps.count == 1)
    }

    let maps: [PixelTransform] = [
      .flip(.horizontal, width: 41, height: 29), .translation(x: 3, y: -2), .flip(.vertical, width: 41, height: 29),
    ]
    var one = Canvas()
    one.load(picture)
    one.apply(.transform(maps[0].then(maps[1]).then(maps[2]), .constant(0)))
    var all = Canvas()
    all.load(picture)
    for map in maps { all.apply(.transform(map, .constant(0))) }
    #expect(one.image() == all.image())
    #expect(one.image() != picture)
  }

  @Test func differentFillsStayApart() throws {
    let steps = try Augmentation(parsing: "rotation=0.1..0.1,flip,zoom=0.1..0.1,translation=0.1..0.1:nearest")
      .steps(for: key(0), width: 41, height: 29)
    #expect(steps.count == 2)
  }

  @Test(arguments: [
    "none", "rotation=0", "zoom=0", "zoom=0:0", "translation=0", "crop=1..1:1..2", "brightness=0", "contrast=0",
    "saturation=0", "hue=0", "erasing=0", "rotation=0,zoom=0,contrast=0,saturation=0,hue=0", "mixup=0", "cutmix=0",
  ])
  func zeroStrengthChangesNothing(_ text: String) throws {
    let augmentation = try Augmentation(parsing: text)
    for sample in 0..<10 {
      #expect(augmentation.apply(to: picture, key: key(sample)) == picture)
      #expect(augmentation.mixing(for: key(sample), sampleCount: 100) == nil)
    }
  }

  @Test func everyOperationChangesPictures() throws {
    for item in Self.everything.split(separator: ",") where !item.hasPrefix("mixup") && !item.hasPrefix("cutmix") {
      let augmentation = try Augmentation(parsing: String(item))
      let changed = (0..<10).count { augmentation.apply(to: picture, key: key($0)) != picture }
      #expect(changed >= 2, "\(item)")
    }
  }

  @Test func amountsKeepToTheirRanges() throws {
    func values(_ text: String) throws -> [Float] {
      let augmentation = try Augmentation(parsing: text)
      return (0..<2000).compactMap { sample in
        switch augmentation.steps(for: key(sample), width: 41, height: 29).first {
        case .brightness(let value), .contrast(let value), .saturation(let value), .hue(let value): value
        default: nil
        }
      }
    }
    for (text, range) in [
      ("brightness=0.2", -51...51), ("brightness=-0.1..0.4", -25.5...102), ("contrast=0.3", 0.7...1.3),
      ("contrast=0.5..0.6", 0.5...0.6), ("saturation=0.2", (0.4 / 0.6)...1.5), ("saturation=0..0.5", 0...1),
      ("hue=0.2", -0.1...0.1),
    ] as [(String, ClosedRange<Float>)] {
      let values = try values(text)
      #expect(values.count == 2000)
      // Uniform, so 2,000 draws come within 2 % of either end.
      let margin = (range.upperBound - range.lowerBound) * 0.02
      let (least, greatest) = (try #require(values.min()), try #require(values.max()))
      #expect(range.lowerBound - 1e-4 <= least && least <= range.lowerBound + margin, "\(text): \(least)")
      #expect(range.upperBound - margin <= greatest && greatest <= range.upperBound + 1e-4, "\(text): \(greatest)")
    }
  }

  @Test func halfOfAllPicturesAreFlipped() throws {
    let count = (0..<2000).count { !Augmentation.flips.steps(for: key($0), width: 8, height: 8).isEmpty }
    #expect((900...1100).contains(count))
  }

  @Test func erasingKeepsToItsShareAndSizes() throws {
    let augmentation = try Augmentation(parsing: "erasing=0.3:0.04..0.25:constant(9)")
    let white = PixelImage(width: 100, height: 50, pixels: [UInt8](repeating: 255, count: 15000))
    var erased = 0
    for sample in 0..<600 {
      let result = augmentation.apply(to: white, key: key(sample))
      let dark = result.pixels.count { $0 == 9 } / 3
      #expect(result.pixels.allSatisfy { $0 == 9 || $0 == 255 })
      if dark == 0 { continue }
      erased += 1
      // From 20 × 10 to 50 × 25, up to a pixel either way.
      #expect((19 * 9...51 * 26).contains(dark))
    }
    #expect((140...220).contains(erased))
  }

  /// A normal number's distribution: half are 0, Φ(−1) = 15.9 % are 255, the mean of the rest in between.
  @Test func noiseIsNormalAndClipped() throws {
    let gray = PixelImage(width: 120, height: 120, pixels: [UInt8](repeating: 7, count: 43200))
    let noise = try Augmentation(parsing: "erasing=1:1..1").apply(to: gray, key: key(3)).pixels
    #expect(abs(Double(noise.count { $0 == 0 }) / 43200 - 0.5) < 0.01)
    #expect(abs(Double(noise.count { $0 == 255 }) / 43200 - 0.159) < 0.01)
    #expect(abs(Double(noise.count { $0 <= 128 }) / 43200 - 0.692) < 0.01)
    #expect(Set(noise).count > 200)
  }

  @Test func randAugmentDrawsAllOfItsOperations() throws {
    var kinds = Set<String>()
    for sample in 0..<300 {
      let steps = try Augmentation(parsing: "randaugment=1:9").steps(for: key(sample), width: 41, height: 29)
      #expect(steps.count == 1)
      kinds.formUnion(steps.map { String("\($0)".prefix { $0 != "(" }) })
    }
    // Shear, shift and turn are all transforms.
    #expect(kinds.count == 9, "\(kinds.sorted())")
  }
}

extension Augmentation {
  fileprivate static let flips = (try? Augmentation([.randomFlip(.horizontal)])) ?? .none
}
