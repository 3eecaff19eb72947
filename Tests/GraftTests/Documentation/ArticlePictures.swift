import Foundation
import Graft

/// A folder of pictures in three colours, and a network for them, for the articles' code to run on.
final class ArticlePictures {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path()
  let images: ImageSet

  init() throws {
    let random = RandomNumbers(seed: 3)
    for (channel, name) in ["red", "green", "blue"].enumerated() {
      try FileManager.default.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
      for number in 0..<8 {
        let pixels = (0..<(32 * 32 * 3)).map { index in
          UInt8((index % 3 == channel ? 120 : 20) + 100 * random.uniform(at: UInt64(24 * index + 8 * channel + number)))
        }
        try PixelImage(width: 32, height: 32, pixels: pixels).writePNG(to: "\(folder)/\(name)/\(number).png")
      }
    }
    images = try ImageFolder(folder).images
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A small MobileNetV2 with drawn weights, and a new top on it. Its layers have the names that the articles use.
  static func network(classes: Int) async throws -> (base: Model, model: Model) {
    let base = try await MobileNetV2(
      weights: nil, includeTop: false, inputShape: [32, 32, 3], alpha: 0.35, pooling: .average)
    let top = Dense(classes, activation: .softmax)(base.output)
    return (base, Model(inputs: base.input, outputs: top))
  }
}
