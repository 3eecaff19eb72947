internal import CFloats
internal import Foundation
internal import Synchronization

/// Runs the same work on several threads, each taking the next piece when it is free.
enum Workers {
  /// The number of cores that work is spread over.
  static var count: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }

  /// Runs `work` on `count` threads of their own, off Swift's cooperative pool, and waits for all of them. On these threads
  /// denormal numbers are 0.
  ///
  /// `work` is told to stop through its argument when the surrounding task is cancelled or another worker failed. The
  /// first error is thrown.
  static func run(_ count: Int, _ work: @escaping @Sendable (_ worker: Int, _ shouldStop: () -> Bool) throws -> Void)
    async throws
  {
    let state = WorkerState(remaining: count)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        state.begin(continuation)
        for worker in 0..<count {
          let thread = Thread {
            graft_flush_denormals()
            let result = Result { try work(worker) { state.shouldStop } }
            state.finish(result)
          }
          thread.stackSize = 4 << 20
          thread.start()
        }
      }
    } onCancel: {
      state.stop()
    }
  }
}

/// What the threads of one run share.
private final class WorkerState: Sendable {
  private struct Inner {
    var remaining: Int
    var error: (any Error)?
    var continuation: CheckedContinuation<Void, any Error>?
  }

  private let inner: Mutex<Inner>
  private let isStopped = Atomic(false)

  init(remaining: Int) { inner = Mutex(Inner(remaining: remaining)) }

  var shouldStop: Bool { isStopped.load(ordering: .relaxed) }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  func begin(_ continuation: CheckedContinuation<Void, any Error>) {
    inner.withLock { $0.continuation = continuation }
  }

  func finish(_ result: Result<Void, any Error>) {
    if case .failure = result { stop() }
    let done: (CheckedContinuation<Void, any Error>, (any Error)?)? = inner.withLock { inner in
      if case .failure(let error) = result, inner.error == nil { inner.error = error }
      inner.remaining -= 1
      guard inner.remaining == 0, let continuation = inner.continuation else { return nil }
      inner.continuation = nil
      return (continuation, inner.error)
    }
    guard let (continuation, error) = done else { return }
    if let error { continuation.resume(throwing: error) } else { continuation.resume() }
  }
}
