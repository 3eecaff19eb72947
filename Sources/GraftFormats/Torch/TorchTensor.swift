internal import GraftCore

/// A run of numbers that tensors of a file share.
struct TorchStorage: Sendable, Hashable {
  let key: String
  let type: NumberType
  let count: Int
}

/// A tensor's view of a storage.
struct TorchTensor: Sendable {
  let storage: Int
  let offset: Int
  let shape: Shape
  let strides: [Int]

  /// Checks that every element lies in the storage, and that there are no more elements than it has: the strides of a small
  /// file could repeat a number without end.
  init(storage index: Int, of storage: TorchStorage, offset: Int, shape: [Int], strides: [Int]) throws {
    let fault = GraftError(
      .corrupt,
      "A tensor of shape \(shape) with strides \(strides) at \(offset) does not lie in a storage of \(storage.count).")
    guard shape.count == strides.count, shape.count <= 16, offset >= 0, offset <= storage.count,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else { throw fault }
    guard let count = Shape(shape).byteCount(elementSize: 1), count <= storage.count else { throw fault }
    if count > 0 {
      var last = offset
      guard last < storage.count else { throw fault }
      for (length, stride) in zip(shape, strides) {
        let (reach, overflow) = (length - 1).multipliedReportingOverflow(by: stride)
        guard !overflow, reach < storage.count - last else { throw fault }
        last += reach
      }
    }
    self.storage = index
    self.offset = offset
    self.shape = Shape(shape)
    self.strides = strides
  }

  /// The elements, one after another, whatever order they are stored in.
  func tensor(of type: NumberType, in bytes: UnsafeRawBufferPointer) -> Tensor {
    let size = type.byteCount
    func convert(from first: Int, count: Int, to target: UnsafeMutableBufferPointer<Float>) {
      let range = (first * size)..<((first + count) * size)
      type.convert(UnsafeRawBufferPointer(rebasing: bytes[range]), bigEndian: false, to: target)
    }
    return Tensor(shape: shape) { target in
      guard !isContiguous else { return convert(from: offset, count: target.count, to: target) }
      var index = [Int](repeating: 0, count: strides.count)
      for place in target.indices {
        let source = zip(index, strides).reduce(offset) { $0 + $1.0 * $1.1 }
        convert(from: source, count: 1, to: UnsafeMutableBufferPointer(rebasing: target[place..<(place + 1)]))
        for axis in index.indices.reversed() {
          index[axis] += 1
          guard index[axis] == shape[axis] else { break }
          index[axis] = 0
        }
      }
    }
  }

  private var isContiguous: Bool {
    var expected = 1
    for (length, stride) in zip(shape.dimensions, strides).reversed() where length != 1 {
      guard stride == expected else { return false }
      expected *= length
    }
    return true
  }
}
