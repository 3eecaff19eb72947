import Foundation
import GraftCore
import Synchronization

@testable import GraftStore

/// A store in a folder of its own, with a clock that stands and warnings that are kept.
final class StoreCase: Sendable {
  let folder = NSTemporaryDirectory() + "graft-store-" + UUID().uuidString
  let warnings = Mutex<[String]>([])
  let time = Mutex(1_000_000)

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  var told: [String] { warnings.withLock { $0 } }

  var path: String { folder + "/features-1.sqlite" }

  /// Opens it anew, as another process would.
  func store(_ folder: String? = nil, maximumBytes: Int = 1 << 30) -> FeatureStore {
    FeatureStore(
      at: folder ?? self.folder, maximumBytes: maximumBytes,
      warn: { [self] text in warnings.withLock { $0.append(text) } }, now: { [self] in time.withLock { $0 } })
  }

  static func digest(_ text: String) -> SHA256Digest { SHA256Digest(of: Array(text.utf8)) }

  static func key(_ number: Int) -> FeatureKey { FeatureKey(digest("picture \(number)")) }

  static func region(_ name: String = "network", length: Int = 40) -> FeatureRegion {
    FeatureRegion(fingerprint: digest(name), name: name, length: length)
  }

  /// What belongs to a number.
  static func values(_ number: Int, length: Int = 40) -> [Float] {
    (0..<length).map { Float(number) + Float($0) / 64 - 0.25 }
  }

  /// Puts the rows of some numbers into a store.
  static func fill(_ store: FeatureStore, _ numbers: some Sequence<Int>, _ region: FeatureRegion = region()) async {
    let writer = FeatureWriter(store, region)
    for number in numbers {
      let values = values(number, length: region.length)
      values.withUnsafeBufferPointer { values in
        // As two values of a border.
        writer.put(
          key(number), [UnsafeBufferPointer(rebasing: values[..<3]), UnsafeBufferPointer(rebasing: values[3...])])
      }
    }
    await writer.finish()
  }

  /// The rows that a store finds, by their numbers.
  static func found(
    _ store: FeatureStore, _ numbers: some Sequence<Int>, _ region: FeatureRegion = region()
  ) -> [Int: [Float]] {
    let numbers = Array(numbers)
    var rows: [Int: [Float]] = [:]
    let isKnown = store.read(numbers.map(key), of: region) { index, bytes in
      rows[numbers[index]] = (0..<region.length).map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }
    precondition(zip(numbers, isKnown).allSatisfy { (rows[$0] != nil) == $1 })
    return rows
  }

  static func expected(_ numbers: some Sequence<Int>) -> [Int: [Float]] {
    Dictionary(uniqueKeysWithValues: numbers.map { ($0, values($0)) })
  }
}
