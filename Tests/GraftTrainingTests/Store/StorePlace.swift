import Foundation
import GraftImages
import GraftStore
import Synchronization

@testable import GraftTraining

/// A folder for a feature store, which goes with its test, and the warnings of its stores.
final class StorePlace: Sendable {
  let folder = NSTemporaryDirectory() + "graft-features-" + UUID().uuidString
  private let warnings = Mutex<[String]>([])

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var told: [String] { warnings.withLock { $0 } }

  /// Opens it anew, as another run would.
  func store() -> FeatureStore {
    FeatureStore(at: folder, maximumBytes: 1 << 30) { [self] text in warnings.withLock { $0.append(text) } }
  }

  /// The rows of features in it; marks of pictures that can be read are none.
  func rowCount() throws -> Int { try store().entries().reduce(0) { $0 + ($1.bytes > 0 ? $1.count : 0) } }
}

extension FeatureStore.Counts {
  /// Known, then new.
  var pair: [Int] { [known, new] }
}
