import GraftCore
import Synchronization
import Testing

@testable import GraftTraining

/// Threads that share work.
@Suite(.timeLimit(.minutes(60))) struct WorkersTests {
  @Test func everyWorkerRunsOnce() async throws {
    let seen = Mutex<[Int]>([])
    try await Workers.run(5) { worker, _ in seen.withLock { $0.append(worker) } }
    #expect(seen.withLock { $0.sorted() } == [0, 1, 2, 3, 4])
  }

  @Test func theFirstErrorStopsTheOthersAndIsThrown() async throws {
    let failure = GraftError(.kernel, "worker 1 failed")
    let stopped = Atomic(0)
    await #expect(throws: failure) {
      try await Workers.run(3) { worker, shouldStop in
        if worker == 1 { throw failure }
        while !shouldStop() {}
        stopped.add(1, ordering: .relaxed)
      }
    }
    #expect(stopped.load(ordering: .relaxed) == 2)
  }

  @Test func denormalNumbersAreZero() async throws {
    // Read at run time, so that the compiler does not compute the product.
    let factors = Mutex<[Float]>([.leastNormalMagnitude, 0.5])
    let product = Mutex<Float>(1)
    try await Workers.run(1) { _, _ in
      let (a, b) = factors.withLock { ($0[0], $0[1]) }
      product.withLock { $0 = a * b }
    }
    #expect(product.withLock { $0 } == 0)
    let (a, b) = factors.withLock { ($0[0], $0[1]) }
    #expect(a * b > 0, "the caller's thread is left alone")
  }
}
