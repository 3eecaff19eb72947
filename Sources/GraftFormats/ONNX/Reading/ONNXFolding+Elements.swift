internal import Foundation
internal import GraftCore

extension ONNXFolding {
  /// Numbers of another type: whole ones become floats or stay what they are.
  static func cast(_ node: ONNXNode, _ x: ONNXConstant) throws -> ONNXConstant {
    let isWhole = [2, 3, 4, 5, 6, 7, 9, 12, 13].contains(try node.int("to", default: 1))
    switch x.elements {
    case .ints where isWhole: return x
    case .ints:
      guard let floats = x.floats else { throw node.unsupported("the batch's length as a float is not known.") }
      return ONNXConstant(shape: x.shape, floats)
    case .floats(let values):
      guard isWhole else { return x }
      return ONNXConstant(
        shape: x.shape,
        try values.map { value in
          guard let whole = Int(exactly: value.rounded(.towardZero)) else {
            throw node.corrupt("\(value) becomes no whole number.")
          }
          return whole
        })
    }
  }

  /// A function of two constants, number by number, with lengths of 1 repeated.
  static func combined(_ type: String, _ node: ONNXNode, _ inputs: [ONNXConstant]) throws -> ONNXConstant? {
    guard inputs.count == 2 else { return nil }
    let (a, b) = (inputs[0], inputs[1])
    let rank = max(a.shape.count, b.shape.count)
    func padded(_ shape: [Int]) -> [Int] { [Int](repeating: 1, count: rank - shape.count) + shape }
    let (left, right) = (padded(a.shape), padded(b.shape))
    let shape = try zip(left, right).map { x, y in
      guard x == y || x == 1 || y == 1 else { throw node.corrupt("\(a.shape) and \(b.shape) do not fit each other.") }
      return x == 1 ? y : x
    }
    guard let count = Shape(shape).byteCount(elementSize: 1), count <= max(smallCount, a.count, b.count) else {
      throw node.unsupported("a constant of the shape \(shape) is not made of \(a.shape) and \(b.shape).")
    }
    let places = (places(left, shape, count), places(right, shape, count))
    if let x = a.ints, let y = b.ints {
      return ONNXConstant(
        shape: shape,
        try zip(places.0, places.1).map { i, j in
          guard let first = x[i], let second = y[j] else { return nil }
          return try whole(type, node, first, second)
        })
    }
    guard let x = a.floats, let y = b.floats else { return nil }
    let function = float(type)
    return ONNXConstant(shape: shape, zip(places.0, places.1).map { function(x[$0], y[$1]) })
  }

  private static func whole(_ type: String, _ node: ONNXNode, _ x: Int, _ y: Int) throws -> Int {
    let result: (partialValue: Int, overflow: Bool) =
      switch type {
      case "Add": x.addingReportingOverflow(y)
      case "Sub": x.subtractingReportingOverflow(y)
      case "Mul": x.multipliedReportingOverflow(by: y)
      case "Div": x.dividedReportingOverflow(by: y)
      case "Min": (min(x, y), false)
      case "Max": (max(x, y), false)
      default: (0, true)
      }
    guard !result.overflow else { throw node.corrupt("\(type) of \(x) and \(y) is no number.") }
    return result.partialValue
  }

  private static func float(_ type: String) -> (Float, Float) -> Float {
    switch type {
    case "Add": { $0 + $1 }
    case "Sub": { $0 - $1 }
    case "Mul": { $0 * $1 }
    case "Div": { $0 / $1 }
    case "Min": { Swift.min($0, $1) }
    case "Max": { Swift.max($0, $1) }
    default: { pow($0, $1) }
    }
  }

  /// Where each element of a result comes from, in an operand whose lengths of 1 are repeated.
  private static func places(_ from: [Int], _ to: [Int], _ count: Int) -> [Int] {
    if from == to { return Array(0..<count) }
    var strides = [Int](repeating: 0, count: to.count)
    var stride = 1
    for axis in to.indices.reversed() {
      strides[axis] = from[axis] == 1 ? 0 : stride
      stride *= from[axis]
    }
    return (0..<count).map { place in
      var (rest, result) = (place, 0)
      for axis in to.indices.reversed() {
        result += rest % to[axis] * strides[axis]
        rest /= to[axis]
      }
      return result
    }
  }

  // MARK: Parts

  static func concatenated(_ inputs: [ONNXConstant]) -> ONNXConstant? {
    guard inputs.allSatisfy({ $0.shape.count == 1 }) else { return nil }
    let lists = inputs.compactMap(\.ints)
    if lists.count == inputs.count {
      return ONNXConstant(shape: [lists.reduce(0) { $0 + $1.count }], lists.flatMap { $0 })
    }
    let floats = inputs.compactMap(\.floats).flatMap { $0 }
    return ONNXConstant(shape: [floats.count], floats)
  }

  static func gathered(_ node: ONNXNode, _ inputs: [ONNXConstant]) throws -> ONNXConstant? {
    guard inputs.count == 2, inputs[0].shape.count == 1, let indices = inputs[1].ints,
      indices.count <= max(smallCount, inputs[0].count)
    else { return nil }
    let count = inputs[0].count
    return inputs[0].picking(
      try indices.map { index in
        guard let index, (-count..<count).contains(index) else { throw node.corrupt("there is no such element.") }
        return index < 0 ? index + count : index
      }, shape: inputs[1].shape)
  }

  /// A part of a constant.
  static func sliced(_ node: ONNXNode, _ inputs: [ONNXConstant]) throws -> ONNXConstant {
    let x = inputs[0]
    let ranges = try ONNXSlice(node, Array(inputs.dropFirst()), rank: x.shape.count).ranges
    let kept = zip(ranges, x.shape).map { $0?.indices(of: $1) ?? Array(0..<$1) }
    let places = zip(kept, x.shape).reduce([0]) { places, axis in
      places.flatMap { place in axis.0.map { place * axis.1 + $0 } }
    }
    return x.picking(places, shape: kept.map(\.count))
  }
}

extension ONNXConstant {
  func mapFloats(_ function: (Float) -> Float) -> ONNXConstant? {
    floats.map { ONNXConstant(shape: shape, $0.map(function)) }
  }

  /// The axes in another order: axis `order[i]` becomes axis `i`.
  func transposed(_ order: [Int]) -> ONNXConstant {
    if order == Array(shape.indices) { return self }
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    let target = order.map { shape[$0] }
    let steps = order.map { strides[$0] }
    // An odometer: one addition for each number.
    var index = [Int](repeating: 0, count: target.count)
    var place = 0
    let places = (0..<count).map { _ in
      let result = place
      for axis in target.indices.reversed() {
        index[axis] += 1
        place += steps[axis]
        if index[axis] < target[axis] { break }
        place -= steps[axis] * target[axis]
        index[axis] = 0
      }
      return result
    }
    return picking(places, shape: target)
  }
}
