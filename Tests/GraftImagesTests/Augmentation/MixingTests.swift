import GraftCore
import GraftImages
import Testing

@Suite struct MixingTests {
  private let black = PixelImage(width: 64, height: 48, pixels: [UInt8](repeating: 0, count: 64 * 48 * 3))
  private let white = PixelImage(width: 64, height: 48, pixels: [UInt8](repeating: 255, count: 64 * 48 * 3))

  private func mixings(_ text: String, _ count: Int, of samples: Int = 10) throws -> [Mixing] {
    let augmentation = try Augmentation(parsing: text)
    return try (0..<count).map { index in
      let key = AugmentationKey(seed: 2, view: index / samples, sample: index % samples)
      let mixing = try #require(augmentation.mixing(for: key, sampleCount: samples))
      #expect((0..<samples).contains(mixing.partner) && mixing.partner != key.sample)
      #expect((0...1).contains(mixing.share))
      #expect(augmentation.mixing(for: key, sampleCount: samples) == mixing)
      return mixing
    }
  }

  @Test func partnersAreAllOthers() throws {
    let mixings = try mixings("mixup", 5000)
    for partner in 0..<10 { #expect((400...600).contains(mixings.count { $0.partner == partner })) }
    let key = AugmentationKey(seed: 1, view: 0, sample: 0)
    #expect(try Augmentation(parsing: "mixup").mixing(for: key, sampleCount: 1) == nil)
    #expect(try Augmentation(parsing: "mixup").mixing(for: key, sampleCount: 2)?.partner == 1)
    #expect(try Augmentation(parsing: "flip").mixing(for: key, sampleCount: 2) == nil)
  }

  /// The beta distribution's values at 0.01, 0.1, 0.3 and 0.5, from scipy.stats.beta.cdf.
  @Test(
    arguments: [
      (0.2, [0.20978, 0.33669, 0.43320, 0.5]), (1, [0.01, 0.1, 0.3, 0.5]), (3, [0.00001, 0.00856, 0.16308, 0.5]),
    ] as [(Double, [Double])])
  func sharesAreOfTheBetaDistribution(_ alpha: Double, _ expected: [Double]) throws {
    for operation in ["mixup", "cutmix"] {
      let shares = try mixings("\(operation)=\(alpha)", 8000).map(\.share)
      for (bound, expected) in zip([0.01, 0.1, 0.3, 0.5] as [Float], expected) {
        // Four standard deviations of a share among 8,000.
        #expect(abs(Double(shares.count { $0 < bound }) / 8000 - expected) < 0.0225, "\(operation), \(bound)")
      }
    }
  }

  @Test func mixupBlendsByTheLabelsShare() throws {
    let left = PixelImage(width: 16, height: 16, pixels: (0..<768).map { UInt8(truncatingIfNeeded: $0) })
    let right = PixelImage(width: 16, height: 16, pixels: (0..<768).map { UInt8(truncatingIfNeeded: $0 &* 5 + 3) })
    for mixing in try mixings("mixup=1", 50) {
      let result = left.mixed(with: right, mixing)
      for index in 0..<768 {
        let exact = mixing.share * Float(left.pixels[index]) + (1 - mixing.share) * Float(right.pixels[index])
        #expect(abs(Float(result.pixels[index]) - exact) <= 0.5001)
      }
    }
  }

  /// White on black: the sum of the pixels is the partner's area, up to the rounding of the border's pixels.
  @Test func cutmixPastesTheLabelsShare() throws {
    for mixing in try mixings("cutmix=1", 300) {
      let result = black.mixed(with: white, mixing)
      let area = result.pixels.reduce(0.0) { $0 + Double($1) / 255 } / Double(64 * 48 * 3)
      #expect(abs(area - Double(1 - mixing.share)) < 3e-4)
      #expect(result.pixels.count { $0 != 0 && $0 != 255 } <= 3 * 2 * (66 + 50))
    }
  }

  @Test func bothAreUsedIfBothAreGiven() throws {
    let blended = try mixings("mixup=1,cutmix=1", 1000).count {
      // A blend of black and white has one gray value.
      Set(black.mixed(with: white, $0).pixels).count == 1
    }
    #expect((400...600).contains(blended))
  }

  @Test func aBadPartnerIsNamed() throws {
    let augmentation = try Augmentation(parsing: "mixup=1")
    let key = AugmentationKey(seed: 1, view: 0, sample: 0)
    let mixing = try #require(augmentation.mixing(for: key, sampleCount: 2))
    let (good, bad) = (Fixtures.path("pictures/plain.png"), Fixtures.path("pictures/truncated.jpg"))
    let loader = ImageLoader(width: 8, height: 8, preprocessing: .none)
    var output = [Float](repeating: -7, count: loader.elementCount)
    output.withUnsafeMutableBufferPointer { buffer in
      for (own, partner) in [(good, bad), (bad, good)] {
        let fault = loader.tryLoad(own, augmentation: augmentation, key: key, partner: (mixing, partner), into: buffer)
        #expect(fault == BadFile(path: bad, reason: "truncated JPEG: the file ends before its picture does"))
        #expect(throws: GraftError(.corrupt, "\(bad): truncated JPEG: the file ends before its picture does")) {
          try loader.load(own, augmentation: augmentation, key: key, partner: (mixing, partner), into: buffer)
        }
      }
    }
    #expect(output.allSatisfy { $0 == -7 })
  }
}
