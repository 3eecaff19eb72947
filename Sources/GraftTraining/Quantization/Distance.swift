/// How far a row of numbers is from what it should be.
struct Distance: Sendable {
  private var expected = 0.0
  private var actual = 0.0
  private var product = 0.0
  private var difference = 0.0
  /// The largest magnitude that there should be.
  private(set) var largest: Float = 0

  init() {}

  init(_ expected: UnsafeBufferPointer<Float>, _ actual: UnsafeBufferPointer<Float>) {
    for (x, y) in zip(expected, actual) {
      let (a, b) = (Double(x), Double(y))
      self.expected += a * a
      self.actual += b * b
      product += a * b
      difference += (a - b) * (a - b)
      largest = max(largest, abs(x))
    }
  }

  static func + (left: Distance, right: Distance) -> Distance {
    var result = left
    result.expected += right.expected
    result.actual += right.actual
    result.product += right.product
    result.difference += right.difference
    result.largest = max(left.largest, right.largest)
    return result
  }

  /// ‖actual − expected‖ / ‖expected‖; 0 if both are 0.
  var relativeError: Double { difference == 0 ? 0 : (difference / expected).squareRoot() }

  /// The cosine of the angle between them; 1 if both are 0.
  var cosine: Double { expected == 0 && actual == 0 ? 1 : product / (expected * actual).squareRoot() }
}
