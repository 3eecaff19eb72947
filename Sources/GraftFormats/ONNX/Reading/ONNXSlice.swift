internal import GraftCore

/// What a Slice takes of each axis: beginnings, ends and steps, as attributes before opset 10 and as inputs since.
struct ONNXSlice {
  struct Range {
    let start: Int
    let end: Int
    let step: Int

    /// The first index and the one behind the last, of an axis with a length, for a step of 1.
    func bounds(of length: Int) -> (start: Int, end: Int) {
      func inside(_ index: Int) -> Int { min(max(index < 0 ? index + length : index, 0), length) }
      let first = inside(start)
      return (first, max(inside(end), first))
    }

    /// All indices of an axis with a length.
    func indices(of length: Int) -> [Int] {
      if step > 0 {
        let (first, last) = bounds(of: length)
        return Array(stride(from: first, to: last, by: step))
      }
      func inside(_ index: Int) -> Int { min(max(index < 0 ? index + length : index, -1), length - 1) }
      // The smallest numbers stand for "before the first".
      return Array(stride(from: inside(start), to: end < -length ? -1 : inside(end), by: step))
    }
  }

  /// What is taken of each axis; nil for all.
  private(set) var ranges: [Range?]

  /// - Parameter inputs: Beginnings, ends, axes and steps, as far as they are inputs.
  init(_ node: ONNXNode, _ inputs: [ONNXConstant], rank: Int) throws {
    func list(_ index: Int, _ key: String) throws -> [Int]? {
      guard index < inputs.count else { return try node.ints(key) }
      guard let numbers = inputs[index].ints?.compactMap({ $0 }), numbers.count == inputs[index].count else {
        throw node.unsupported("its \(key) are not known.")
      }
      return numbers
    }
    let starts = try list(0, "starts") ?? []
    let ends = try list(1, "ends") ?? []
    let axes = try ONNXFolding.resolved(list(2, "axes") ?? Array(starts.indices), rank: rank, node)
    let steps = try list(3, "steps") ?? [Int](repeating: 1, count: starts.count)
    guard starts.count == ends.count, starts.count == axes.count, starts.count == steps.count,
      steps.allSatisfy({ $0 != 0 && abs($0 / 2) < 1 << 40 })
    else { throw node.corrupt("beginnings, ends, axes and steps do not fit each other.") }
    ranges = [Range?](repeating: nil, count: rank)
    for (index, axis) in axes.enumerated() {
      ranges[axis] = Range(start: starts[index], end: ends[index], step: steps[index])
    }
  }
}
