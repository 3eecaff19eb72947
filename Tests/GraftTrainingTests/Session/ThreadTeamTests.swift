import Foundation
import GraftCore
import Synchronization
import Testing

@testable import GraftTraining

/// Threads that stay, and work together again and again.
@Suite(.timeLimit(.minutes(60))) struct ThreadTeamTests {
  @Test(arguments: [1, 2, 3, 5]) func everyThreadRunsOnceInEveryRound(count: Int) throws {
    let team = ThreadTeam(count: count)
    #expect(team.count == count)
    let seen = Mutex([Int](repeating: 0, count: count))
    for round in 1...300 {
      try team.run { index in seen.withLock { $0[index] += 1 } }
      // Nobody still works when `run` returns.
      #expect(seen.withLock { $0 } == [Int](repeating: round, count: count))
    }
  }

  @Test func theThreadsAreTheSameInEveryRound() throws {
    let team = ThreadTeam(count: 3)
    func threads() throws -> [ObjectIdentifier?] {
      let seen = Mutex([ObjectIdentifier?](repeating: nil, count: 3))
      try team.run { index in seen.withLock { $0[index] = ObjectIdentifier(Thread.current) } }
      return seen.withLock { $0 }
    }
    let first = try threads()
    #expect(first[0] == ObjectIdentifier(Thread.current))
    #expect(Set(first).count == 3)
    for _ in 0..<10 { #expect(try threads() == first) }
  }

  @Test func thereIsAlwaysTheCaller() throws {
    #expect(ThreadTeam(count: 0).count == 1)
    var runs = 0
    try ThreadTeam(count: -2).run { _ in runs += 1 }
    #expect(runs == 1)
  }

  @Test func theFirstThreadsErrorIsThrownWhenAllHaveEnded() throws {
    let team = ThreadTeam(count: 4)
    let ended = Atomic(0)
    func fail(_ failing: Set<Int>) throws {
      ended.store(0, ordering: .relaxed)
      try team.run { index in
        defer { ended.add(1, ordering: .relaxed) }
        // The first to fail in time is the last in order.
        if failing.contains(index) {
          usleep(UInt32(4 - index) * 2000)
          throw GraftError(.kernel, "thread \(index)")
        }
      }
    }
    for failing in [[0], [3], [1, 3], [0, 2], [2, 3], [0, 1, 2, 3]] as [Set<Int>] {
      #expect(throws: GraftError(.kernel, "thread \(failing.min() ?? -1)")) { try fail(failing) }
      #expect(ended.load(ordering: .relaxed) == 4)
      // An error is over with its round.
      #expect(throws: Never.self) { try fail([]) }
    }
  }

  @Test func denormalNumbersAreZeroOnItsOwnThreads() throws {
    let factors = Mutex<[Float]>([.leastNormalMagnitude, 0.5])
    let products = Mutex<[Float]>([1, 1, 1])
    try ThreadTeam(count: 3).run { index in
      let (a, b) = factors.withLock { ($0[0], $0[1]) }
      products.withLock { $0[index] = a * b }
    }
    #expect(products.withLock { Array($0.dropFirst()) } == [0, 0])
  }

  @Test func manyTeamsComeAndGo() throws {
    let sum = Atomic(0)
    for _ in 0..<200 { try ThreadTeam(count: 3).run { sum.add($0, ordering: .relaxed) } }
    #expect(sum.load(ordering: .relaxed) == 600)
  }
}
