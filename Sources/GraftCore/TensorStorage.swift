/// The memory behind a `Tensor`: 64-byte aligned, so that vector kernels read it as it lies.
final class TensorStorage: @unchecked Sendable {
  // Unchecked: `Tensor` mutates storage only when it is the sole owner.
  let base: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * MemoryLayout<Float>.stride, alignment: 64)
    base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}
