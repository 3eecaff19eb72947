/// The lengths of a tensor's axes, outermost first.
///
/// Pictures are `[height, width, channels]`, batches of them `[count, height, width, channels]` (NHWC, as in Keras).
///
/// ```swift
/// let shape: Shape = [2, 224, 224, 3]
/// shape.count  // 301056
/// ```
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The axes' lengths.
  public var dimensions: [Int]

  /// Makes a shape of the given lengths.
  public init(_ dimensions: [Int]) { self.dimensions = dimensions }
  /// Makes a shape from a literal such as `[224, 224, 3]`.
  public init(arrayLiteral elements: Int...) { dimensions = elements }

  /// The number of axes.
  public var rank: Int { dimensions.count }
  /// The number of elements: the product of the lengths, 1 for a scalar.
  public var count: Int { dimensions.reduce(1, *) }
  /// Whether there are at most 2³¹ elements. What files describe may be larger, by mistake or on purpose: then lengths cannot
  /// be multiplied, and no memory holds the values.
  package var isSensible: Bool {
    var count = 1
    for length in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: length)
      guard !overflow, (0...(1 << 31)).contains(product) else { return false }
      count = product
    }
    return true
  }
  /// The length of one axis; a negative axis counts from the end.
  public subscript(axis: Int) -> Int { dimensions[axis < 0 ? rank + axis : axis] }
  /// This shape with one more axis in front.
  public func prepending(_ length: Int) -> Shape { Shape([length] + dimensions) }
  /// This shape without its first axis.
  public var droppingFirst: Shape { Shape(Array(dimensions.dropFirst())) }

  /// The shape as Python prints it: `(2, 3)`, `(5,)`, `()`.
  public var description: String {
    "(" + dimensions.map(String.init).joined(separator: ", ") + (rank == 1 ? ",)" : ")")
  }
}

extension Shape: Codable {
  /// Reads a plain list of lengths.
  public init(from decoder: any Decoder) throws {
    dimensions = try decoder.singleValueContainer().decode([Int].self)
  }

  /// Writes a plain list of lengths.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dimensions)
  }
}
