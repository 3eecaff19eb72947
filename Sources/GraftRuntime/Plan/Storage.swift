/// A piece of memory that steps read and write.
struct Storage: Sendable {
  /// Where the memory lies.
  enum Place: Sendable {
    /// In the context's arena, at an offset that the memory plan decides.
    case arena
    /// In the plan: packed weights.
    case constant(AlignedMemory)
    /// In the parameter store, at an offset in floats.
    case parameter(Int), gradient(Int), state(Int)
  }

  let place: Place
  let byteCount: Int
}

/// The index of a storage in its plan.
struct StorageID: Sendable, Hashable { let index: Int }
