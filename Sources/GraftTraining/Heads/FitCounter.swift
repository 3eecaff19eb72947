internal import Synchronization

/// Counts fits that are done, on whatever thread, and tells of them one at a time.
final class FitCounter: Sendable {
  private let done = Mutex(0)
  private let total: Int
  private let report: (@Sendable (_ done: Int, _ total: Int) -> Void)?

  init(total: Int, _ report: (@Sendable (_ done: Int, _ total: Int) -> Void)?) {
    self.total = total
    self.report = report
  }

  func step(_ count: Int = 1) {
    guard count > 0 else { return }
    done.withLock { done in
      done += count
      report?(done, total)
    }
  }
}
