internal import Synchronization

/// The seed from which first weights are drawn, one for the process: keras.utils.set_random_seed.
public enum RandomSeed {
  private static let value = Mutex<UInt64>(0)

  @TaskLocal private static var ofTask: UInt64?

  /// The present seed; 0 at first. Weights that exist already are not drawn again.
  public static var current: UInt64 {
    get { ofTask ?? value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }

  /// Runs `body` with a seed of its own, whatever the process's is meanwhile.
  package static func using<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
    try $ofTask.withValue(seed, operation: body)
  }

  /// Runs an asynchronous `body` with a seed of its own.
  package static func using<Result>(_ seed: UInt64, _ body: () async throws -> Result) async rethrows -> Result {
    try await $ofTask.withValue(seed, operation: body)
  }
}
