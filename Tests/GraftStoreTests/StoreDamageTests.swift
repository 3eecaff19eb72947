import Foundation
import GraftCore
import Testing

@testable import GraftStore

/// Damage is found and mended; what cannot be used is done without, after one warning.
@Suite struct StoreDamageTests {
  private let place = StoreCase()

  /// Changes the database file, which nobody has open.
  private func change(_ body: (inout Data) throws -> Void) throws {
    var data = try Data(contentsOf: URL(filePath: place.path))
    try body(&data)
    try data.write(to: URL(filePath: place.path))
  }

  private func fill(_ numbers: Range<Int>) async { await StoreCase.fill(place.store(), numbers) }

  /// Turns a bit of a float of a row.
  private func damage(_ number: Int) throws {
    let pattern = StoreCase.values(number)[5...10].withUnsafeBytes { Data($0) }
    try change { data in
      let range = try #require(data.range(of: pattern))
      data[range.lowerBound + 2] ^= 4
    }
  }

  @Test func aRowWithAWrongBitIsComputedAgain() async throws {
    await fill(0..<50)
    try damage(17)
    let store = place.store()
    let expected = StoreCase.expected(0..<50).filter { $0.key != 17 }
    #expect(StoreCase.found(store, 0..<50) == expected)
    #expect(place.told.count == 1 && place.told[0].contains("1 rows of features"), "\(place.told)")
    await StoreCase.fill(store, [17])
    #expect(StoreCase.found(place.store(), 0..<50) == StoreCase.expected(0..<50))
    #expect(place.told.count == 1)
  }

  @Test func verifyRemovesWhatIsDamaged() async throws {
    await fill(0..<50)
    #expect(try place.store().verify() == FeatureStore.Verification(whole: 50, damaged: 0, problem: nil))
    try damage(3)
    try damage(4)
    #expect(try place.store().verify() == FeatureStore.Verification(whole: 48, damaged: 2, problem: nil))
    #expect(try place.store().verify() == FeatureStore.Verification(whole: 48, damaged: 0, problem: nil))
    #expect(place.told.isEmpty)
  }

  @Test(arguments: ["garbage", "truncated", "header", "empty"]) func aFileThatIsNoDatabase(_ kind: String) async throws
  {
    await fill(0..<200)
    try change { data in
      switch kind {
      case "garbage": data = Data((0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
      case "truncated": data = data.prefix(data.count / 2 + 100)
      case "header": data.replaceSubrange(0..<200, with: Data(count: 200))
      default: data = Data()
      }
    }
    let store = place.store()
    #expect(StoreCase.found(store, 0..<200).isEmpty)
    await StoreCase.fill(store, 0..<200)
    #expect(StoreCase.found(store, 0..<200) == StoreCase.expected(0..<200))
    #expect(StoreCase.found(place.store(), 0..<200) == StoreCase.expected(0..<200))
    // An empty file is a new database.
    let damaged = place.folder + "/features-1.damaged.sqlite"
    #expect(FileManager.default.fileExists(atPath: damaged) == (kind != "empty"))
    #expect(place.told.count == (kind == "empty" ? 0 : 1), "\(place.told)")
    if let warning = place.told.first {
      #expect(warning.contains(place.path) && warning.contains(damaged) && warning.contains("computed again"))
    }
    #expect(try store.clear() == 200)
    #expect(!FileManager.default.fileExists(atPath: damaged))
  }

  /// Damage in the middle of the tables, anywhere: right rows or none, never wrong ones, and never a crash.
  @Test(arguments: 0..<24) func bytesAnywhere(_ seed: Int) async throws {
    await fill(0..<300)
    let random = RandomNumbers(seed: UInt64(seed), stream: 0)
    try change { data in
      for index in 0..<40 {
        let words = random.words(at: UInt64(index))
        data[100 + Int(words.x) % (data.count - 100)] = UInt8(truncatingIfNeeded: words.y)
      }
    }
    let store = place.store()
    for (number, values) in StoreCase.found(store, 0..<300) { #expect(values == StoreCase.values(number)) }
    await StoreCase.fill(store, 0..<300)
    for (number, values) in StoreCase.found(store, 0..<300) { #expect(values == StoreCase.values(number)) }
    // Whatever the damage was, it is gone after a check.
    _ = try? place.store().verify()
    let mended = place.store()
    await StoreCase.fill(mended, 0..<300)
    #expect(StoreCase.found(mended, 0..<300) == StoreCase.expected(0..<300), "\(place.told)")
  }

  // MARK: Folders that cannot be used

  private func expectOneWarning(_ folder: String) async {
    let store = place.store(folder)
    #expect(StoreCase.found(store, 0..<3).isEmpty)
    await StoreCase.fill(store, 0..<3)
    await StoreCase.fill(store, 0..<3)
    #expect(StoreCase.found(store, 0..<3).isEmpty)
    #expect(place.told.count == 1, "\(place.told)")
    #expect(place.told.first?.contains(folder) == true && place.told.first?.contains("goes on without") == true)
  }

  @Test func aFileInThePlaceOfTheFolder() async throws {
    try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
    try Data("no folder".utf8).write(to: URL(filePath: place.folder + "/file"))
    await expectOneWarning(place.folder + "/file")
  }

  @Test(.disabled(if: geteuid() == 0, "root writes everywhere")) func aFolderThatIsReadOnly() async throws {
    await fill(0..<3)
    try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: place.folder)
    defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: place.folder) }
    let store = place.store()
    await StoreCase.fill(store, 3..<6)
    #expect(place.told.count <= 1)
  }
}
