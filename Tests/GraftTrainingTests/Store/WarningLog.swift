import Synchronization

/// Warnings from any thread.
final class WarningLog: Sendable {
  private let texts = Mutex<[String]>([])

  var all: [String] { texts.withLock { $0 } }

  @Sendable func add(_ text: String) { texts.withLock { $0.append(text) } }
}
