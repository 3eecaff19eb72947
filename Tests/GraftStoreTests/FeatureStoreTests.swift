import Foundation
import GraftCore
import Synchronization
import Testing

@testable import GraftStore

/// What is kept is found again, bit for bit, and nothing else is.
@Suite struct FeatureStoreTests {
  private let place = StoreCase()

  @Test func whatWasKeptIsFound() async {
    let store = place.store()
    #expect(StoreCase.found(store, 0..<5).isEmpty)
    await StoreCase.fill(store, 0..<5)
    #expect(StoreCase.found(store, 0..<7) == StoreCase.expected(0..<5))
    #expect(StoreCase.found(place.store(), [6, 4, 0, 4]) == StoreCase.expected([4, 0]))
    #expect(store.counts.known == 5)
    #expect(place.told.isEmpty)
  }

  @Test func everyPartOfTheKeyCounts() async {
    let store = place.store()
    await StoreCase.fill(store, 0..<3)
    #expect(StoreCase.found(store, 0..<3, StoreCase.region("another")).isEmpty)
    let picture = StoreCase.digest("picture 1")
    let others = [
      FeatureKey(picture, view: 1), FeatureKey(picture, variant: StoreCase.digest("seed 1")),
      FeatureKey(StoreCase.digest("picture 3")),
    ]
    #expect(store.read(others + [nil], of: StoreCase.region()) { _, _ in } == [false, false, false, false])
    // Views are kept beside each other.
    let views = (0..<4).map { FeatureKey(picture, view: $0 / 2, variant: StoreCase.digest("seed \($0 % 2)")) }
    let writer = FeatureWriter(store, StoreCase.region())
    for (number, key) in views.enumerated() {
      StoreCase.values(100 + number).withUnsafeBufferPointer { writer.put(key, [$0]) }
    }
    await writer.finish()
    var rows: [[Float]] = []
    let known = store.read(views, of: StoreCase.region()) { _, bytes in
      rows.append(Array(bytes.bindMemory(to: Float.self)))
    }
    #expect(known == [true, true, true, true] && rows == (100..<104).map { StoreCase.values($0) })
    #expect(StoreCase.found(store, 0..<3) == StoreCase.expected(0..<3))
  }

  @Test func rowsOfAnotherLengthAreNotTaken() async {
    let store = place.store()
    await StoreCase.fill(store, 0..<3)
    #expect(StoreCase.found(store, 0..<3, StoreCase.region(length: 20)).isEmpty)
  }

  @Test func anotherNumberOfRowsThanOneTransactionHolds() async {
    let region = StoreCase.region(length: 50_000)
    let store = place.store()
    await StoreCase.fill(store, 0..<60, region)
    let found = StoreCase.found(place.store(), 0..<60, region)
    #expect(found.count == 60 && found[37] == StoreCase.values(37, length: 50_000))
  }

  @Test func aStoreOfNoBytesIsNone() async {
    let store = place.store(maximumBytes: 0)
    await StoreCase.fill(store, 0..<3)
    #expect(StoreCase.found(store, 0..<3).isEmpty)
    #expect(!FileManager.default.fileExists(atPath: place.folder))
    #expect(place.told.isEmpty)
  }

  // MARK: Bounds

  @Test func whatWasNotUsedForLongestGoes() async throws {
    let region = StoreCase.region(length: 2_500)
    // About 10 kB a row.
    let store = place.store(maximumBytes: 1_500_000)
    for number in 0..<100 {
      place.time.withLock { $0 += 4000 }
      await StoreCase.fill(store, [number], region)
    }
    #expect(StoreCase.found(store, 0..<100, region).count == 100)
    // The last look made all of them equally new; these are used once more.
    place.time.withLock { $0 += 4000 }
    #expect(StoreCase.found(store, 0..<20, region).count == 20)
    place.time.withLock { $0 += 4000 }
    await StoreCase.fill(store, 100..<160, region)
    let rest = Set(StoreCase.found(store, 0..<160, region).keys)
    #expect(rest.isSuperset(of: 0..<20) && rest.isSuperset(of: 100..<160))
    // Of equally old ones, those go that came first.
    let gone = (20..<100).filter { !rest.contains($0) }
    #expect(!gone.isEmpty && gone == Array(20..<(20 + gone.count)), "\(gone)")
    let size = try place.store().entries().reduce(0) { $0 + $1.bytes }
    #expect(size <= 1_500_000)
  }

  @Test func theFileStaysWithinItsBound() async throws {
    let region = StoreCase.region(length: 2_500)
    let store = place.store(maximumBytes: 1_000_000)
    for start in stride(from: 0, to: 1000, by: 50) { await StoreCase.fill(store, start..<(start + 50), region) }
    let attributes = try FileManager.default.attributesOfItem(atPath: place.path)
    // One batch more than the bound, before the oldest go.
    #expect(try #require(attributes[.size] as? Int) < 1_700_000)
    #expect(StoreCase.found(store, 950..<1000, region).count == 50)
  }

  @Test(
    arguments: [
      ("1000", 1000), ("500K", 512_000), ("200m", 209_715_200), ("10G", 10_737_418_240), ("0", 0), ("", nil),
      ("G", nil),
      ("-1", nil), ("1.5G", nil), ("99999999999T", nil),
    ] as [(String, Int?)]) func sizes(_ text: String, _ bytes: Int?)
  {
    #expect(FeatureStore.bytes(text) == bytes)
    #expect(
      StoreLimit.standard(in: ["GRAFT_CACHE_LIMIT": text]) == bytes ?? FeatureStore.defaultMaximumBytes)
  }

  // MARK: Management

  @Test func listAndClear() async throws {
    let store = place.store()
    #expect(try store.entries().isEmpty && store.clear() == 0)
    #expect(!FileManager.default.fileExists(atPath: place.folder))
    await StoreCase.fill(store, 0..<5, StoreCase.region("first"))
    place.time.withLock { $0 += 10 }
    await StoreCase.fill(store, 0..<3, StoreCase.region("second", length: 8))
    let entries = try place.store().entries()
    #expect(entries.map(\.name) == ["second", "first"])
    #expect(entries.map(\.count) == [3, 5] && entries.map(\.bytes) == [96, 800])
    #expect(entries.map(\.lastUse) == [1_000_010, 1_000_000])
    #expect(entries.map(\.fingerprint) == ["second", "first"].map { "\(StoreCase.digest($0))" })
    place.time.withLock { $0 += 10 }
    #expect(StoreCase.found(store, [0], StoreCase.region("first")).count == 1)
    #expect(try store.entries().map(\.name) == ["first", "second"])

    #expect(throws: GraftError.self) { try store.clear(fingerprint: "xyz") }
    #expect(throws: GraftError.self) { try store.clear(fingerprint: "") }
    #expect(try store.clear(fingerprint: String(entries[1].fingerprint.prefix(10))) == 5)
    #expect(try store.entries().map(\.name) == ["second"])
    #expect(StoreCase.found(store, 0..<5, StoreCase.region("first")).isEmpty)
    #expect(try store.clear() == 3)
    #expect(try store.entries().isEmpty)
    await StoreCase.fill(store, 0..<5)
    #expect(StoreCase.found(store, 0..<5) == StoreCase.expected(0..<5))
  }
}
