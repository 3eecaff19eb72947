import Foundation
import GraftCore
import GraftImages

extension FuzzTarget {
  private static let pictures = ["alpha", "bit1", "core-header", "gray", "palette", "palette-offset", "plain"].map {
    "Tests/GraftImagesTests/Fixtures/pictures/\($0).bmp"
  }

  /// The one decoder of pictures that is Graft's own.
  static let bitmap = FuzzTarget("bitmap", seeds: pictures, tokens: ["BM"], memoryFactor: 64) { input in
    guard input.bytes.starts(with: Array("BM".utf8)) else { throw GraftError(.unsupported, "Not the reader's.") }
    _ = try ImageDecoder(limits: ImageLimits(maximumPixels: 1 << 20)).decode(Data(input.bytes), name: "picture")
  }
}
