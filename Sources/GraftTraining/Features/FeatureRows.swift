internal import GraftCore

/// Memory that workers fill, each its own rows.
final class FeatureRows: @unchecked Sendable {
  // Unchecked: no two workers write the same row, and nobody reads before all have ended.
  private let columns: [UnsafeMutableBufferPointer<Float>]
  private let lengths: [Int]

  init(count: Int, lengths: [Int]) {
    self.lengths = lengths
    columns = lengths.map { .allocate(capacity: max(1, count * $0)) }
    for column in columns { column.initialize(repeating: 0) }
  }

  deinit { for column in columns { column.deallocate() } }

  func store(_ outputs: [UnsafeBufferPointer<Float>], at sample: Int) {
    for (index, output) in outputs.enumerated() {
      let start = sample * lengths[index]
      _ = UnsafeMutableBufferPointer(rebasing: columns[index][start..<(start + lengths[index])]).update(from: output)
    }
  }

  func row(_ sample: Int, of column: Int) -> UnsafeBufferPointer<Float> {
    let length = lengths[column]
    return UnsafeBufferPointer(rebasing: columns[column][(sample * length)..<((sample + 1) * length)])
  }

  func tensors(_ shapes: [Shape], keeping samples: [Int]) -> [Tensor] {
    shapes.indices.map { index in
      let length = lengths[index]
      return Tensor(shape: shapes[index].prepending(samples.count)) { elements in
        for (row, sample) in samples.enumerated() {
          _ = UnsafeMutableBufferPointer(rebasing: elements[(row * length)..<((row + 1) * length)])
            .initialize(from: columns[index][(sample * length)..<((sample + 1) * length)])
        }
      }
    }
  }
}
