internal import GraftCore

/// One part of the data, ready for training: its features and targets, row by row.
struct PreparedSet: Sendable {
  let features: [Tensor]
  let targets: Tensor

  var count: Int { targets.shape[0] }

  /// Copies rows into a plan's inputs: features first, then the target.
  func copy(_ rows: ArraySlice<Int>, into input: (Int, (UnsafeMutableBufferPointer<Float>) -> Void) -> Void) {
    for (column, tensor) in (features + [targets]).enumerated() {
      let length = tensor.shape.droppingFirst.count
      input(column) { destination in
        tensor.withUnsafeBufferPointer { source in
          guard let from = source.baseAddress, let to = destination.baseAddress else { return }
          for (slot, row) in rows.enumerated() { (to + slot * length).update(from: from + row * length, count: length) }
        }
      }
    }
  }
}
