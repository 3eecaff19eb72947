/// The memory behind a `Tensor`: 64-byte aligned, so that vector kernels read it as it lies.
final class TensorStorage: @unchecked Sendable {
  // Unchecked: `Tensor` mutates storage only when it is the sole owner.
  let base: UnsafeMutablePointer<Float>
  let count: Int
  /// Whom the memory belongs to, if not to this object.
  private let owner: AnyObject?

  init(count: Int) {
    self.count = count
    owner = nil
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  /// Memory that somebody else has taken and gives back, once it is not used any more.
  init(base: UnsafeMutablePointer<Float>, count: Int, owner: AnyObject) {
    self.base = base
    self.count = count
    self.owner = owner
  }

  deinit { if owner == nil { UnsafeMutableRawPointer(base).deallocate() } }
}
