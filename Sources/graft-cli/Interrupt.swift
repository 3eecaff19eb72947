internal import Dispatch
internal import Foundation

/// Ctrl-C ends the work in hand in an orderly way; a second one ends the process at once.
enum Interrupt {
  /// Runs work in a task that Ctrl-C cancels.
  static func guarding<Result: Sendable>(
    _ work: @escaping @concurrent @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task(operation: work)
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler {
      if task.isCancelled { _exit(130) }
      task.cancel()
    }
    source.resume()
    defer {
      source.cancel()
      signal(SIGINT, SIG_DFL)
    }
    return try await task.value
  }
}
