import Foundation

/// A gate that holds threads back until a test opens it.
final class Gate: Sendable {
  // NSCondition guards the flag.
  nonisolated(unsafe) private var isOpen = false
  private let condition = NSCondition()

  func open() {
    condition.withLock {
      isOpen = true
      condition.broadcast()
    }
  }

  /// Returns when the gate is open; after half a minute in any case, so that a failing test ends.
  func wait() {
    let limit = Date(timeIntervalSinceNow: 30)
    condition.withLock {
      while !isOpen, condition.wait(until: limit) {}
    }
  }
}
