import Foundation
import Graft
import GraftTestSupport
import Testing

/// Features of ten stamps by the real weights, against Keras's on the same pixels.
///
/// With `GRAFT_WRITE_PIXELS` set to a path, the pixels are written there for `Tests/Golden/generator/stamps.py`.
@Suite(.enabled(if: SampleData.isThere, "scripts/fetch-assets fetches the data"))
struct StampFeatureTests {
  private struct Parameters: Decodable {
    struct Pixels: Decodable { let sha256: String }
    let pixels: Pixels
  }

  /// Every 22nd stamp: two of each class, more or less.
  private func pixels() throws -> Tensor {
    let photos = try ImageFolder(SampleData.stamps).images
    let chosen = (0..<10).map { photos.files[$0 * 22] }
    let decoder = ImageDecoder()
    return Tensor(
      shape: [10, 160, 160, 3],
      try chosen.flatMap { file in
        try decoder.decode(
          Data(contentsOf: URL(filePath: file.path)), name: file.relativePath, width: 160, height: 160, fit: .stretch
        ).pixels.map(Float.init)
      })
  }

  @Test("Features of ten stamps equal Keras's")
  func features() async throws {
    let pixels = try pixels()
    if let path = ProcessInfo.processInfo.environment["GRAFT_WRITE_PIXELS"] {
      try NPYFile.write(pixels, to: path)
      return
    }
    let golden = try GoldenFile("stamps/stamps")
    let digest = pixels.withUnsafeBufferPointer { SHA256Digest(of: UnsafeRawBufferPointer($0)) }
    try #require(
      digest.description == (try golden.parameters(Parameters.self)).pixels.sha256,
      "the decoder gives other pixels than those that Keras saw")

    let model = try KerasModel(contentsOf: SampleData.weights).model()
    let base = Model(inputs: model.input, outputs: try model.layer(named: "global_average_pooling2d").output)
    let scaled = Tensor(shape: pixels.shape, pixels.elements.map { $0 / 127.5 - 1 })
    let features = try await base.predict(scaled)
    let expected = try golden.tensor("features")
    #expect(features.shape == expected.shape)
    for (index, (left, right)) in zip(features.elements, expected.elements).enumerated() {
      #expect(abs(left - right) <= 1e-4 + 1e-4 * abs(right), "feature \(index): \(left), Keras \(right)")
    }
  }
}
