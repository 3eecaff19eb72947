internal import CFloats
internal import Foundation
internal import GraftRuntime

/// Requests that wait, and the threads that take them.
final class RequestQueue<Loader>: @unchecked Sendable {
  // Unchecked: everything that changes is guarded by the condition's lock.
  typealias Load = @Sendable (Loader, UnsafeMutableBufferPointer<Float>) throws -> Void
  typealias Answer = CheckedContinuation<[Float], any Error>

  private struct Request {
    let load: Load
    let answer: Answer
  }

  private let plans: PlanCache
  private let cores: Int
  private let makeLoader: @Sendable () -> Loader
  private let condition = NSCondition()
  private var waiting: [Request] = []
  private var threads = 0
  private var idle = 0
  private var isClosed = false
  private var choice = WidthChoice()

  init(_ plans: PlanCache, cores: Int, makeLoader: @escaping @Sendable () -> Loader) {
    self.plans = plans
    self.cores = cores
    self.makeLoader = makeLoader
  }

  func add(_ load: @escaping Load, _ answer: Answer) {
    condition.lock()
    waiting.append(Request(load: load, answer: answer))
    // A thread for each request that would have to wait, one per core at most: they are kept.
    let isNew = waiting.count > idle && threads < cores
    if isNew {
      threads += 1
      idle += 1
    }
    condition.signal()
    condition.unlock()
    guard isNew else { return }
    let thread = Thread { self.serve() }
    thread.stackSize = 4 << 20
    thread.start()
  }

  /// Lets the threads end once nothing waits.
  func close() {
    condition.lock()
    isClosed = true
    condition.broadcast()
    condition.unlock()
  }

  private func serve() {
    graft_flush_denormals()
    let loader = makeLoader()
    var contexts: [Bool: ExecutionContext] = [:]
    while let (request, isAlone, isWide) = next() {
      var seconds: Double?
      let result = Result {
        // The first run fills caches, and says nothing of those that follow.
        let isFirst = contexts[isWide] == nil
        let context = try contexts[isWide] ?? ExecutionContext(plans.plan(batchSize: 1, threads: isWide ? cores : 1))
        contexts[isWide] = context
        try context.withInput(0) { try request.load(loader, $0) }
        let began = ContinuousClock.now
        try context.run()
        if isAlone, !isFirst { seconds = began.secondsSince }
        return context.withOutput(0) { Array($0) }
      }
      // Before the answer, so that the next request finds this thread free.
      done(isWide, seconds)
      request.answer.resume(with: result)
    }
  }

  /// The next request, whether it is alone, and whether it may have all cores; nil at the end.
  private func next() -> (Request, isAlone: Bool, isWide: Bool)? {
    condition.lock()
    defer { condition.unlock() }
    while waiting.isEmpty, !isClosed { condition.wait() }
    idle -= 1
    guard !waiting.isEmpty else {
      threads -= 1
      return nil
    }
    let request = waiting.removeFirst()
    let isAlone = isQuiet
    return (request, isAlone, cores > 1 && isAlone && choice.takesWide())
  }

  /// Whether nothing waits, and one thread alone is at work.
  private var isQuiet: Bool { waiting.isEmpty && idle == threads - 1 }

  private func done(_ isWide: Bool, _ seconds: Double?) {
    condition.lock()
    defer { condition.unlock() }
    let wasAlone = isQuiet
    idle += 1
    guard let seconds else { return }
    if isWide {
      // Also if others came meanwhile: they are a reason to take one core next time.
      choice.record(wide: seconds)
    } else if wasAlone {
      choice.record(narrow: seconds)
    }
  }
}
