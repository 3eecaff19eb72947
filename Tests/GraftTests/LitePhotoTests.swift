import Foundation
import Graft
import Testing

/// EfficientNet-Lite 0 with its ImageNet weights, read from torch's file, on photos that it never saw.
@Suite(.enabled(if: SampleData.hasPhotos, "scripts/fetch-assets fetches the data")) struct LitePhotoTests {
  /// Numbers of ImageNet's classes: an Egyptian cat, a tiger cat and a tabby; an espresso.
  @Test(arguments: [("chelsea", ["285", "282", "281"]), ("coffee", ["967"])])
  func photosAreRecognised(_ name: String, _ expected: [String]) async throws {
    // The weights are where the download would put them, and are checked by their digest.
    let network = try await EfficientNetLite0()
    #expect(network.provenance?.contains("efficientnet-lite0-57934424.pth") == true)
    let model = try GraftModel(network, classNames: (0..<1000).map(String.init))
    let prediction = try await Predictor(model).predict("\(SampleData.photos)/\(name).png")
    #expect(prediction.scores.prefix(expected.count).map(\.className) == expected)
    #expect(prediction.scores[0].probability > 0.5)
  }

  @Test("The file itself is a base") func theFileIsABase() async throws {
    let byFile = try await BaseNetwork(SampleData.liteWeights)
    let byName = try await BaseNetwork("efficientnet-lite0")
    #expect(byFile.source.hasPrefix("EfficientNetLite0 with the weights of "))
    #expect(byFile.weightsDigest == byName.weightsDigest)
    #expect(byFile.model.preprocessing == .centredBy127)
    #expect(byFile.model.output.shape == [1280])
  }
}
