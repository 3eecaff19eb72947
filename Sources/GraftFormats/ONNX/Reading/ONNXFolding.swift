internal import Foundation
internal import GraftCore

/// Computes nodes whose operands are all known: weights that an exporter turned around, and the arithmetic of shapes.
///
/// Results are no larger than their operands, but for a few numbers: memory stays bounded by the file's size.
enum ONNXFolding {
  /// As many numbers may come of nothing.
  static let smallCount = 65_536

  /// The result of a node; nil if it is of no kind that is computed in advance.
  static func result(of node: ONNXNode, _ inputs: [ONNXConstant]) throws -> ONNXConstant? {
    guard let x = inputs.first else { return nil }
    switch node.type {
    case "Identity", "Dropout": return x
    case "Cast": return try cast(node, x)
    case "Add", "Sub", "Mul", "Div", "Pow", "Min", "Max": return try combined(node.type, node, inputs)
    case "Clip":
      return try inputs.dropFirst().enumerated().reduce(x) { value, bound in
        try value.flatMap { try combined(bound.offset == 0 ? "Max" : "Min", node, [$0, bound.element]) }
      }
    case "Ceil": return x.mapFloats { $0.rounded(.up) }
    case "Floor": return x.mapFloats { $0.rounded(.down) }
    case "Sqrt": return x.mapFloats { $0.squareRoot() }
    case "Exp": return x.mapFloats { exp($0) }
    case "Reciprocal": return x.mapFloats { 1 / $0 }
    case "Neg":
      return x.ints.map { ONNXConstant(shape: x.shape, $0.map { $0.map { 0 &- $0 } }) } ?? x.mapFloats { -$0 }
    case "Shape": return ONNXConstant(shape: [x.shape.count], x.shape)
    case "Transpose":
      let order = try node.ints("perm") ?? x.shape.indices.reversed()
      guard order.sorted() == Array(x.shape.indices) else { throw node.corrupt("its permutation is none: \(order).") }
      return x.transposed(order)
    case "Reshape":
      guard inputs.count == 2, let target = inputs[1].ints else { return nil }
      return x.reshaped(try shape(target, node, x))
    case "Flatten":
      let axis = try node.int("axis", default: 1)
      let place = axis < 0 ? axis + x.shape.count : axis
      guard (0...x.shape.count).contains(place) else { throw node.corrupt("there is no axis \(axis).") }
      let rows = x.shape[..<place].reduce(1, *)
      return x.reshaped([rows, rows == 0 ? 0 : x.count / rows])
    case "Unsqueeze", "Squeeze":
      guard let axes = try axes(node, inputs.count > 1 ? inputs[1] : nil) else {
        return node.type == "Squeeze" ? x.reshaped(x.shape.filter { $0 != 1 }) : nil
      }
      return x.reshaped(
        node.type == "Unsqueeze"
          ? try inserting(axes, into: x.shape, node) : try removing(axes, from: x.shape, node))
    case "Concat": return concatenated(inputs)
    case "Gather": return try gathered(node, inputs)
    case "Slice": return try sliced(node, inputs)
    case "ReduceProd":
      guard let values = x.ints?.compactMap({ $0 }), values.count == x.count else { return nil }
      let keeps = try node.int("keepdims", default: 1) == 1
      return ONNXConstant(shape: keeps ? x.shape.map { _ in 1 } : [], [try values.product(node)])
    case "ConstantOfShape":
      let lengths = x.ints?.compactMap { $0 } ?? []
      guard lengths.count == x.count, let count = Shape(lengths).byteCount(elementSize: 1), count <= smallCount else {
        throw node.unsupported("a constant of that many numbers is not made.")
      }
      guard case .tensor(let record)? = node.attributes["value"] else {
        return ONNXConstant(shape: lengths, [Float](repeating: 0, count: count))
      }
      let value = try record.constant()
      guard value.count == 1 else { throw node.corrupt("expected one number as 'value'.") }
      return value.picking([Int](repeating: 0, count: count), shape: lengths)
    default: return nil
    }
  }

  // MARK: Axes

  /// The axes of a node, which newer operators have as an input and older ones as an attribute.
  static func axes(_ node: ONNXNode, _ input: ONNXConstant?) throws -> [Int]? {
    if let input {
      guard let axes = input.ints?.compactMap({ $0 }), axes.count == input.count else {
        throw node.corrupt("its axes are no whole numbers.")
      }
      return axes
    }
    return try node.ints("axes")
  }

  static func inserting(_ axes: [Int], into shape: [Int], _ node: ONNXNode) throws -> [Int] {
    let rank = shape.count + axes.count
    let places = Set(try resolved(axes, rank: rank, node))
    guard places.count == axes.count, rank <= 16 else { throw node.corrupt("its axes are impossible: \(axes).") }
    var rest = shape[...]
    return (0..<rank).map { places.contains($0) ? 1 : rest.popFirst() ?? 1 }
  }

  private static func removing(_ axes: [Int], from shape: [Int], _ node: ONNXNode) throws -> [Int] {
    let places = Set(try resolved(axes, rank: shape.count, node))
    guard places.allSatisfy({ shape[$0] == 1 }) else { throw node.corrupt("only axes of length 1 can be taken away.") }
    return shape.indices.filter { !places.contains($0) }.map { shape[$0] }
  }

  /// Axes counted from the front.
  static func resolved(_ axes: [Int], rank: Int, _ node: ONNXNode) throws -> [Int] {
    try axes.map { axis in
      guard (-rank..<rank).contains(axis) else { throw node.corrupt("there is no axis \(axis) among \(rank).") }
      return axis < 0 ? axis + rank : axis
    }
  }

  /// The shape that a constant is given.
  private static func shape(_ target: [Int?], _ node: ONNXNode, _ x: ONNXConstant) throws -> [Int] {
    var result = try target.enumerated().map { index, length in
      guard let length else { throw node.unsupported("a constant cannot become as long as the batch.") }
      return length == 0 && index < x.shape.count ? x.shape[index] : length
    }
    if let open = result.firstIndex(of: -1) {
      result[open] = 1
      guard let known = Shape(result).byteCount(elementSize: 1), known > 0 else {
        throw node.corrupt("the shape \(target) is impossible.")
      }
      result[open] = x.count / known
    }
    guard Shape(result).byteCount(elementSize: 1) == x.count else {
      throw node.corrupt("\(x.count) numbers do not fit the shape \(result).")
    }
    return result
  }
}

extension [Int] {
  /// The product, unless it cannot be counted.
  fileprivate func product(_ node: ONNXNode) throws -> Int {
    try reduce(1) { left, right in
      let (value, overflow) = left.multipliedReportingOverflow(by: right)
      guard !overflow else { throw node.corrupt("its numbers are too large.") }
      return value
    }
  }
}
