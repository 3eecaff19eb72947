import Foundation
import Synchronization
import Testing

@testable import GraftTraining

/// A run waits for a caller that is slow to take its events, and stops waiting when nobody will.
@Suite struct BacklogTests {
  /// Tells `count` things on a thread of its own and counts them.
  private final class Teller: Sendable {
    let told = Atomic(0)

    init(_ backlog: Backlog, count: Int) {
      Thread {
        for _ in 0..<count {
          backlog.willTell()
          self.told.wrappingAdd(1, ordering: .relaxed)
        }
      }.start()
    }

    func reaches(_ count: Int) async throws -> Bool {
      for _ in 0..<2000 where told.load(ordering: .relaxed) < count { try await Task.sleep(for: .milliseconds(5)) }
      return told.load(ordering: .relaxed) == count
    }
  }

  @Test func waitsUntilSomethingIsRead() async throws {
    let backlog = Backlog()
    let teller = Teller(backlog, count: 300)
    #expect(try await teller.reaches(256))
    try await Task.sleep(for: .milliseconds(50))
    #expect(teller.told.load(ordering: .relaxed) == 256)
    for _ in 0..<10 { backlog.didRead() }
    #expect(try await teller.reaches(266))
    for _ in 0..<34 { backlog.didRead() }
    #expect(try await teller.reaches(300))
  }

  @Test func isReleasedWhenNobodyReads() async throws {
    let backlog = Backlog()
    let teller = Teller(backlog, count: 1000)
    #expect(try await teller.reaches(256))
    backlog.abandon()
    #expect(try await teller.reaches(1000))
  }
}
