internal import Synchronization

/// The seed from which first weights are drawn, one for the process: keras.utils.set_random_seed.
public enum RandomSeed {
  private static let value = Mutex<UInt64>(0)

  @TaskLocal private static var own: UInt64?

  /// The present seed; 0 at first. Weights that exist already are not drawn again.
  public static var current: UInt64 {
    get { own ?? value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }

  /// Runs `body` with a seed of its own, which other tasks do not see.
  ///
  /// First weights are drawn when they are first asked for: ask for them, or train, inside.
  public static func with<Result>(_ seed: UInt64, _ body: () async throws -> Result) async rethrows -> Result {
    try await $own.withValue(seed, operation: body)
  }

  /// The same for a `body` that never waits.
  public static func with<Result>(_ seed: UInt64, _ body: () throws -> Result) rethrows -> Result {
    try $own.withValue(seed, operation: body)
  }
}
