import Foundation
import Synchronization
import Testing

@testable import GraftRuntime

@Suite struct WorkerTeamTests {
  /// Runs a body on threads of their own, one per worker, and waits for all.
  private func onThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
    let group = DispatchGroup()
    for worker in 0..<count {
      group.enter()
      Thread {
        body(worker)
        group.leave()
      }.start()
    }
    group.wait()
  }

  @Test(arguments: [1, 2, 3]) func everyWorkerGetsTheSumOfEveryRound(workers: Int) {
    let team = WorkerTeam(count: workers, width: 5)
    let results = Mutex([Int: [[Double]]]())
    onThreads(workers) { worker in
      var rounds: [[Double]] = []
      for round in 0..<200 {
        var values = (0..<(1 + round % 5)).map { Double(worker + 1) * 1.25 + Double(round * 10 + $0) }
        values.withUnsafeMutableBufferPointer { team.sum($0, as: worker) }
        rounds.append(values)
      }
      results.withLock { $0[worker] = rounds }
    }
    for worker in 0..<workers {
      for round in 0..<200 {
        let expected = (0..<(1 + round % 5)).map { index in
          (0..<workers).reduce(0.0) { $0 + Double($1 + 1) * 1.25 + Double(round * 10 + index) }
        }
        #expect(results.withLock { $0[worker]?[round] } == expected)
      }
    }
  }

  @Test func nobodyWaitsForAWorkerThatGaveUp() {
    let team = WorkerTeam(count: 2, width: 1)
    onThreads(2) { worker in
      if worker == 0 { return team.abort() }
      var value = [1.0]
      value.withUnsafeMutableBufferPointer { team.sum($0, as: worker) }
    }
  }
}
