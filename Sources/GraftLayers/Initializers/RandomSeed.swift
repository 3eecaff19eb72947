internal import Synchronization

/// The seed from which first weights are drawn, one for the process: keras.utils.set_random_seed.
public enum RandomSeed {
  private static let value = Mutex<UInt64>(0)

  /// The present seed; 0 at first. Weights that exist already are not drawn again.
  public static var current: UInt64 {
    get { value.withLock { $0 } }
    set { value.withLock { $0 = newValue } }
  }
}
