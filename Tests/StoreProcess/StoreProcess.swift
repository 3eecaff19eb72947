import Foundation
import GraftCore
import GraftStore

/// A user of a store in a process of its own: `store-process FOLDER FIRST COUNT LENGTH`.
///
/// It looks for rows FIRST ..< FIRST + COUNT, makes those that are not there, looks again, and compares all with what they
/// must be. On standard output: how many it knew, how many it made, how many it found at the end.
@main enum StoreProcess {
  static func main() async {
    let arguments = CommandLine.arguments
    let numbers = arguments.dropFirst(2).compactMap { Int($0) }
    guard arguments.count == 5, numbers.count == 3 else {
      print("usage: store-process FOLDER FIRST COUNT LENGTH")
      exit(64)
    }
    let store = FeatureStore(at: arguments[1], maximumBytes: 1 << 30)
    let length = numbers[2]
    let region = FeatureRegion(fingerprint: digest("region"), name: "a network", length: length)
    let rows = Array(numbers[0]..<(numbers[0] + numbers[1]))
    let keys = rows.map { FeatureKey(digest("picture \($0)")) }
    let known = store.read(keys, of: region) { check($1, rows[$0], length) }
    let writer = FeatureWriter(store, region)
    for (row, key) in zip(rows, keys) where !known[row - numbers[0]] {
      values(row, length).withUnsafeBufferPointer { writer.put(key, [$0]) }
    }
    await writer.finish()
    let found = store.read(keys, of: region) { check($1, rows[$0], length) }
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
