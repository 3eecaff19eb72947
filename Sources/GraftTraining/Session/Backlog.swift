internal import Foundation
internal import Synchronization

/// Counts what a run has told and nobody has read yet, and makes the run wait when that grows: memory stays flat however
/// slowly a caller takes its events.
final class Backlog: Sendable {
  private static let limit = 256

  private let waiting = Atomic(0)
  private let isAbandoned = Atomic(false)

  /// Called on the run's own threads before something is told: waits while too much is unread.
  func willTell() {
    while waiting.load(ordering: .relaxed) >= Self.limit, !isAbandoned.load(ordering: .relaxed) { usleep(500) }
    waiting.wrappingAdd(1, ordering: .relaxed)
  }

  /// Called when something was read.
  func didRead() { waiting.wrappingSubtract(1, ordering: .relaxed) }

  /// Called when nobody will read any more.
  func abandon() { isAbandoned.store(true, ordering: .relaxed) }
}
