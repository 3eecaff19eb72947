internal import GraftCore

/// A value that is known without running the network: a weight, or whole numbers that shapes are made of.
struct ONNXConstant {
  enum Elements {
    case floats([Float])
    /// Whole numbers; nil is the length of the batch, which nobody knows.
    case ints([Int?])
  }

  var shape: [Int]
  let elements: Elements

  init(shape: [Int], _ floats: [Float]) {
    self.shape = shape
    elements = .floats(floats)
  }

  init(shape: [Int], _ ints: [Int?]) {
    self.shape = shape
    elements = .ints(ints)
  }

  var count: Int {
    switch elements {
    case .floats(let values): values.count
    case .ints(let values): values.count
    }
  }

  /// The elements as floats; nil if one is the length of the batch.
  var floats: [Float]? {
    switch elements {
    case .floats(let values): return values
    case .ints(let values):
      let known = values.compactMap { $0 }
      return known.count == values.count ? known.map { Float($0) } : nil
    }
  }

  /// The elements if they are whole numbers.
  var ints: [Int?]? { if case .ints(let values) = elements { values } else { nil } }

  /// The one element, as a float.
  var scalar: Float? { count == 1 ? floats?.first : nil }

  /// The elements as a tensor.
  var tensor: Tensor? { floats.map { Tensor(shape: Shape(shape), $0) } }

  /// The elements in another order and under another shape.
  func picking(_ indices: [Int], shape: [Int]) -> ONNXConstant {
    switch elements {
    case .floats(let values): ONNXConstant(shape: shape, indices.map { values[$0] })
    case .ints(let values): ONNXConstant(shape: shape, indices.map { values[$0] })
    }
  }

  /// The same elements under another shape with as many of them.
  func reshaped(_ shape: [Int]) -> ONNXConstant {
    var result = self
    result.shape = shape
    return result
  }
}
