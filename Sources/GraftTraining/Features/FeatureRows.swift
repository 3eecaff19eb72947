internal import GraftCore
internal import Synchronization

/// Rows of numbers that workers fill, each its own rows.
final class FeatureRows: @unchecked Sendable {
  // Unchecked: no two workers write the same row, and nobody reads before all have ended.
  private let columns: [FloatMemory]
  private let lengths: [Int]
  private let written = Atomic(0)

  /// What lies in a file gives its memory back after so many bytes.
  private static let releaseBytes = 32 << 20

  /// - Parameters:
  ///   - lengths: The length of a row in each column.
  ///   - inFile: Whether rows are to lie in temporary files instead of memory.
  init(count: Int, lengths: [Int], inFile: Bool = false) {
    self.lengths = lengths
    columns = lengths.map { FloatMemory(count: count * $0, inFile: inFile) }
  }

  /// Whether rows lie in files.
  var isInFile: Bool { columns.contains { $0.isInFile } }

  func store(_ outputs: [UnsafeBufferPointer<Float>], at sample: Int) {
    for (index, output) in outputs.enumerated() {
      let length = lengths[index]
      _ = UnsafeMutableBufferPointer(start: columns[index].base + sample * length, count: length).update(from: output)
    }
    didWrite()
  }

  /// Takes a row as bytes, column after column.
  func store(_ bytes: UnsafeRawBufferPointer, at sample: Int) {
    var offset = 0
    for (index, length) in lengths.enumerated() {
      let end = offset + length * MemoryLayout<Float>.stride
      UnsafeMutableRawBufferPointer(start: columns[index].base + sample * length, count: end - offset)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
      offset = end
    }
    didWrite()
  }

  private func didWrite() {
    guard isInFile else { return }
    let bytes = lengths.reduce(0, +) * MemoryLayout<Float>.stride
    let before = written.add(bytes, ordering: .relaxed).oldValue
    if before / Self.releaseBytes != (before + bytes) / Self.releaseBytes { for column in columns { column.release() } }
  }

  func row(_ sample: Int, of column: Int) -> UnsafeBufferPointer<Float> {
    UnsafeBufferPointer(start: columns[column].base + sample * lengths[column], count: lengths[column])
  }

  /// The rows as tensors, one per column, without being copied: nothing may be stored any more.
  ///
  /// - Parameter samples: The rows to keep, rising; the others are closed up.
  func tensors(_ shapes: [Shape], keeping samples: [Int]) -> [Tensor] {
    shapes.indices.map { index in
      let (base, length) = (columns[index].base, lengths[index])
      for (row, sample) in samples.enumerated() where row != sample {
        (base + row * length).update(from: base + sample * length, count: length)
      }
      columns[index].release()
      return Tensor(shape: shapes[index].prepending(samples.count), at: base, owner: columns[index])
    }
  }
}
