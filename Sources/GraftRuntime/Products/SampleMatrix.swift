/// Samples in rows, in memory that kernels read where it lies. It never changes, so any number of threads may share it.
package final class SampleMatrix: Sendable {
  /// The number of samples.
  package let rows: Int
  /// The number of values of each.
  package let columns: Int
  let memory: AlignedMemory

  /// Takes memory, which `fill` must set, row after row.
  package init(rows: Int, columns: Int, fill: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.rows = rows
    self.columns = columns
    memory = AlignedMemory(byteCount: rows * columns * MemoryLayout<Float>.stride)
    try fill(UnsafeMutableBufferPointer(rebasing: memory.floats[..<(rows * columns)]))
  }
}
