internal import GraftCore
internal import GraftImages

/// Brings samples of a `PreparedSet` into a plan's inputs: features, then the target. It belongs to one worker at a time.
final class PreparedReader {
  private let set: PreparedSet
  private let lengths: [Int]
  private let loader: (any SampleLoader)?

  init(_ set: PreparedSet) {
    self.set = set
    switch set.storage {
    case .table(let columns):
      lengths = columns.map { $0.shape.droppingFirst.count }
      loader = nil
    case .live(let source):
      lengths = []
      loader = source.makeLoader()
    }
  }

  /// The number of inputs that are features.
  var featureCount: Int { loader == nil ? lengths.count : 1 }

  /// Writes one sample in one view to a place in the inputs. From a table nothing is allocated.
  ///
  /// - Throws: `GraftError.unreadable` if a file can no longer be read.
  func read(
    _ sample: Int, view: Int, slot: Int, of batch: Int,
    into input: (Int, (UnsafeMutableBufferPointer<Float>) -> Void) -> Void
  ) throws {
    let row = sample * set.views + view
    if let loader {
      var fault: BadFile?
      input(0) { values in
        let length = values.count / batch
        fault = loader.load(
          row, into: UnsafeMutableBufferPointer(rebasing: values[(slot * length)..<((slot + 1) * length)]))
      }
      if let fault { throw Self.unreadable(fault) }
    } else if case .table(let columns) = set.storage {
      for index in columns.indices {
        input(index) { Self.copy(row, of: columns[index], length: lengths[index], to: $0, slot: slot) }
      }
    }
    input(featureCount) { Self.copy(row, of: set.targets, length: set.targetLength, to: $0, slot: slot) }
  }

  /// The error of a file that was good when it was looked at first.
  static func unreadable(_ file: BadFile) -> GraftError {
    GraftError(.unreadable, "A picture that could be read before cannot be read any more: \(file).")
  }

  private static func copy(
    _ row: Int, of tensor: Tensor, length: Int, to destination: UnsafeMutableBufferPointer<Float>, slot: Int
  ) {
    tensor.withUnsafeBufferPointer { source in
      guard let from = source.baseAddress, let to = destination.baseAddress else { return }
      (to + slot * length).update(from: from + row * length, count: length)
    }
  }
}
