import Foundation
import GraftCore
import GraftStore

/// A user of a store in a process of its own: `store-process FOLDER FIRST COUNT LENGTH [endless]`.
///
/// It looks for rows FIRST ..< FIRST + COUNT, makes those that are not there, looks again, and compares all with what they
/// must be. On standard output: how many it knew, how many it made, how many it found at the end. With `endless` it goes on with the
/// next rows again and again, for a minute at most, until it is killed.
@main enum StoreProcess {
  static func main() async {
    let arguments = CommandLine.arguments
    let numbers = arguments.dropFirst(2).prefix(3).compactMap { Int($0) }
    guard numbers.count == 3 else {
      print("usage: store-process FOLDER FIRST COUNT LENGTH [endless]")
      exit(64)
    }
    let store = FeatureStore(at: arguments[1], maximumBytes: 1 << 30)
    let region = FeatureRegion(fingerprint: digest("region"), name: "a network", length: numbers[2])
    guard arguments.last == "endless" else {
      return await use(store, region, numbers[0]..<(numbers[0] + numbers[1]))
    }
    for round in 0..<2000 {
      let first = numbers[0] + round * numbers[1]
      await use(store, region, first..<(first + numbers[1]))
      usleep(30_000)
    }
  }

  private static func use(_ store: FeatureStore, _ region: FeatureRegion, _ rows: Range<Int>) async {
    let keys = rows.map { FeatureKey(digest("picture \($0)")) }
    let first = rows.lowerBound
    let known = store.read(keys, of: region) { check($1, first + $0, region.length) }
    let writer = FeatureWriter(store, region)
    for (row, key) in zip(rows, keys) where !known[row - first] {
      values(row, region.length).withUnsafeBufferPointer { writer.put(key, [$0]) }
    }
    await writer.finish()
    let found = store.read(keys, of: region) { check($1, first + $0, region.length) }
    print(known.count { $0 }, known.count { !$0 }, found.count { $0 })
  }

  private static func digest(_ text: String) -> SHA256Digest { SHA256Digest(of: Array(text.utf8)) }

  private static func values(_ row: Int, _ length: Int) -> [Float] { (0..<length).map { Float(row * 7919 + $0) } }

  private static func check(_ bytes: UnsafeRawBufferPointer, _ row: Int, _ length: Int) {
    let isRight = values(row, length).withUnsafeBytes { $0.elementsEqual(bytes) }
    guard !isRight else { return }
    print("row \(row) is another one")
    exit(1)
  }
}
