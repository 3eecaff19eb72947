internal import GraftCore
internal import GraftImages

/// One part of the data, ready for training: its features and targets, row by row.
struct PreparedSet: Sendable {
  let features: [Tensor]
  let targets: Tensor
  /// How much each row counts in the loss; nil if all count 1.
  let weights: [Float]?
  /// Files of this part that could not be read.
  let badFiles: [BadFile]
  private let lengths: [Int]
  /// The length of one row of the targets.
  let targetLength: Int

  init(features: [Tensor], targets: Tensor, weights: [Float]? = nil, badFiles: [BadFile] = []) {
    self.features = features
    self.targets = targets
    self.weights = weights
    self.badFiles = badFiles
    lengths = features.map { $0.shape.droppingFirst.count }
    targetLength = targets.shape.droppingFirst.count
  }

  var count: Int { targets.shape[0] }

  /// Copies rows into a plan's inputs: features first, then the target. Nothing is allocated.
  func copy(_ rows: ArraySlice<Int>, into input: (Int, (UnsafeMutableBufferPointer<Float>) -> Void) -> Void) {
    for index in features.indices {
      input(index) { Self.copy(rows, of: features[index], length: lengths[index], to: $0) }
    }
    input(features.count) { Self.copy(rows, of: targets, length: targetLength, to: $0) }
  }

  /// How much a row counts in the loss.
  func weight(_ row: Int) -> Float { weights?[row] ?? 1 }

  private static func copy(
    _ rows: ArraySlice<Int>, of tensor: Tensor, length: Int, to destination: UnsafeMutableBufferPointer<Float>
  ) {
    tensor.withUnsafeBufferPointer { source in
      guard let from = source.baseAddress, var to = destination.baseAddress else { return }
      for row in rows {
        to.update(from: from + row * length, count: length)
        to += length
      }
    }
  }
}
