import GraftCore
import Testing

@testable import GraftImages

/// The probe is the same wherever pictures are brought in the same way, and another one where they are not.
@Suite struct PictureProbeTests {
  private func probe(
    _ width: Int = 32, _ height: Int = 32, _ fit: ImageFit = .stretch,
    _ preprocessing: Preprocessing = .scaledToMinusOneToOne
  ) -> String { PictureProbe.digest(width: width, height: height, fit: fit, preprocessing: preprocessing) }

  @Test func bothPicturesAreDecoded() {
    let digests = probe().split(separator: " ")
    #expect(digests.count == 2 && Set(digests).count == 2)
    #expect(digests.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) }, "\(digests)")
  }

  @Test func whatIsDoneToPicturesCounts() {
    let all = [
      probe(), probe(33, 32), probe(32, 33), probe(32, 32, .crop), probe(32, 32, .pad), probe(32, 32, .stretch, .unit),
      probe(32, 32, .stretch, .caffe),
    ]
    #expect(Set(all).count == all.count)
    #expect(probe() == all[0])
  }
}
