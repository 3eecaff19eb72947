/// A dense array of 32-bit floats in row-major order, with value semantics.
///
/// Copies share memory until one of them is changed.
///
/// ```swift
/// let x = Tensor([[1, 2, 3], [4, 5, 6]])
/// x.shape     // (2, 3)
/// x[1, 2]     // 6.0
/// ```
public struct Tensor: Sendable {
  /// The lengths of the axes.
  public private(set) var shape: Shape
  private var storage: TensorStorage

  /// Makes a tensor whose elements `initialize` must set, every one of them.
  public init(shape: Shape, initialize: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows {
    self.shape = shape
    storage = TensorStorage(count: shape.count)
    try initialize(UnsafeMutableBufferPointer(start: storage.base, count: storage.count))
  }

  /// Makes a tensor of memory that `owner` holds, which nobody may change from now on.
  package init(shape: Shape, at base: UnsafeMutablePointer<Float>, owner: AnyObject) {
    self.shape = shape
    storage = TensorStorage(base: base, count: shape.count, owner: owner)
  }

  /// Makes a tensor filled with one value.
  public init(repeating value: Float, shape: Shape) {
    self.init(shape: shape) { $0.initialize(repeating: value) }
  }

  /// Makes a tensor of zeros.
  public init(zeros shape: Shape) { self.init(repeating: 0, shape: shape) }

  /// Makes a tensor from its elements in row-major order. There must be `shape.count` of them.
  public init(shape: Shape, _ elements: [Float]) {
    precondition(
      elements.count == shape.count, "Shape \(shape) needs \(shape.count) elements, received \(elements.count).")
    self.init(shape: shape) { buffer in _ = buffer.initialize(from: elements) }
  }

  /// Makes a vector.
  public init(_ elements: [Float]) { self.init(shape: [elements.count], elements) }

  /// Makes a matrix from rows of equal length.
  public init(_ rows: [[Float]]) {
    self.init(shape: [rows.count, rows.first?.count ?? 0], rows.flatMap { $0 })
  }

  /// The number of elements.
  public var count: Int { storage.count }

  /// The elements in row-major order, copied.
  public var elements: [Float] { withUnsafeBufferPointer { Array($0) } }

  /// The same elements under another shape with as many of them.
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == count, "Cannot reshape \(self.shape) to \(shape): the number of elements differs.")
    var result = self
    result.shape = shape
    return result
  }

  /// The rows `range` of the first axis, copied.
  public func rows(_ range: Range<Int>) -> Tensor {
    let stride = shape.droppingFirst.count
    return withUnsafeBufferPointer { source in
      Tensor(shape: shape.droppingFirst.prepending(range.count)) { destination in
        _ = destination.initialize(from: source[(range.lowerBound * stride)..<(range.upperBound * stride)])
      }
    }
  }

  /// The rows with the given indices of the first axis, in that order, copied.
  public func rows(at indices: [Int]) -> Tensor {
    let stride = shape.droppingFirst.count
    return withUnsafeBufferPointer { source in
      Tensor(shape: shape.droppingFirst.prepending(indices.count)) { destination in
        for (row, index) in indices.enumerated() {
          destination.baseAddress!.advanced(by: row * stride)
            .initialize(from: source.baseAddress!.advanced(by: index * stride), count: stride)
        }
      }
    }
  }

  /// One element. A negative index is not allowed.
  public subscript(indices: Int...) -> Float {
    get { withUnsafeBufferPointer { $0[offset(indices)] } }
    set {
      let offset = offset(indices)
      withUnsafeMutableBufferPointer { $0[offset] = newValue }
    }
  }

  private func offset(_ indices: [Int]) -> Int {
    precondition(indices.count == shape.rank, "Shape \(shape) needs \(shape.rank) indices, received \(indices.count).")
    var offset = 0
    for (index, length) in zip(indices, shape.dimensions) {
      precondition(index >= 0 && index < length, "Index \(indices) lies outside shape \(shape).")
      offset = offset * length + index
    }
    return offset
  }

  /// Reads the elements where they lie. The pointer is valid inside `body` only.
  public func withUnsafeBufferPointer<Result>(_ body: (UnsafeBufferPointer<Float>) throws -> Result) rethrows -> Result
  {
    try withExtendedLifetime(storage) {
      try body(UnsafeBufferPointer(start: storage.base, count: storage.count))
    }
  }

  /// Changes the elements where they lie; shared memory is copied first. The pointer is valid inside `body` only.
  public mutating func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    if !isKnownUniquelyReferenced(&storage) {
      let copy = TensorStorage(count: storage.count)
      copy.base.initialize(from: storage.base, count: storage.count)
      storage = copy
    }
    return try withExtendedLifetime(storage) {
      try body(UnsafeMutableBufferPointer(start: storage.base, count: storage.count))
    }
  }
}

extension Tensor: Equatable {
  /// Whether shapes and all elements are equal (a NaN equals nothing, as IEEE 754 has it).
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape
      && left.withUnsafeBufferPointer { a in right.withUnsafeBufferPointer { b in a.elementsEqual(b) } }
  }
}

extension Tensor: CustomStringConvertible {
  /// The shape and the first elements.
  public var description: String {
    let shown = withUnsafeBufferPointer { $0.prefix(8).map { "\($0)" } }.joined(separator: ", ")
    return "Tensor\(shape)[\(shown)\(count > 8 ? ", …" : "")]"
  }
}
