import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftStore

/// Several processes share a store.
@Suite struct StoreProcessTests {
  private struct Ending {
    let status: Int32
    let wasKilled: Bool
    let numbers: [Int]
    let errors: String
  }

  private let place = StoreCase()
  private static let length = 1280

  /// - Parameters:
  ///   - fileBlocks: The largest file that the process may write, in blocks of 512 bytes, as on a disk that is full.
  ///   - killed: Whether it goes on for ever, and is killed once the store has grown to 3 MB.
  private func run(
    _ rows: Range<Int>, fileBlocks: Int? = nil, killed: Bool = false
  ) async throws -> Ending {
    let arguments =
      [place.folder, "\(rows.lowerBound)", "\(rows.count)", "\(Self.length)"] + (killed ? ["endless"] : [])
    let process = ChildProcess(ChildProcess.built("store-process"), arguments, fileBlocks: fileBlocks)
    let folder = place.folder
    let ending =
      killed
      ? try await process.run(every: 0.001) { _ in
        StoreFile(folder: folder).byteCount > 3_000_000 ? SIGKILL : nil
      } : try await process.run()
    return Ending(
      status: ending.status, wasKilled: ending.wasKilled,
      numbers: ending.output.split { $0.isWhitespace }.compactMap { Int($0) }, errors: ending.errors)
  }

  /// A new folder, and ranges that overlap: both make some of the rows, and both find all of theirs.
  @Test func severalAtOnce() async throws {
    async let first = run(0..<3000)
    async let second = run(1500..<4500)
    async let third = run(1000..<2000)
    for (ending, count) in [(try await first, 3000), (try await second, 3000), (try await third, 1000)] {
      #expect(ending.status == 0 && ending.errors.isEmpty, "\(ending)")
      #expect(ending.numbers.count == 3 && ending.numbers[0] + ending.numbers[1] == count)
      #expect(ending.numbers.last == count)
    }
    #expect(try place.store().verify() == FeatureStore.Verification(whole: 4500, damaged: 0, problem: nil))
    #expect(try await run(0..<4500).numbers == [4500, 0, 4500])
  }

  @Test func aKilledProcessLeavesAWholeStore() async throws {
    let ending = try await run(0..<500, killed: true)
    #expect(ending.wasKilled, "\(ending)")
    let found = try place.store().verify()
    #expect(found.whole > 0 && found.damaged == 0 && found.problem == nil, "\(found)")
    let again = try await run(0..<1000)
    #expect(again.status == 0 && again.errors.isEmpty && again.numbers.last == 1000, "\(again)")
    #expect(again.numbers[0] >= 500)
  }

  @Test func aFullDisk() async throws {
    let whole = try await run(0..<100)
    #expect(whole.numbers == [0, 100, 100])
    // 2 MiB: the journal cannot take what comes now.
    let full = try await run(0..<5000, fileBlocks: 4096)
    #expect(full.status == 0 && !full.wasKilled, "\(full)")
    #expect(full.errors.contains("goes on without"), "\(full)")
    #expect(full.errors.components(separatedBy: "Warning:").count == 2, "\(full)")
    #expect(full.numbers.first == 100)
    let found = try place.store().verify()
    #expect(found.whole >= 100 && found.damaged == 0 && found.problem == nil, "\(found)")
    let after = try await run(0..<5000)
    #expect(after.numbers.last == 5000 && after.errors.isEmpty, "\(after)")
  }
}
