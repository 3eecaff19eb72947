/// How far a row of numbers is from what it should be.
struct Distance: Sendable {
  private var expected = 0.0
  private var actual = 0.0
  private var product = 0.0
  private var difference = 0.0
  /// The largest magnitude that there should be.
  private(set) var largest: Float = 0

  init() {}

  /// - Parameter scales: What the channels of `actual` are multiplied by; empty is 1.
  init(_ expected: UnsafeBufferPointer<Float>, _ actual: UnsafeBufferPointer<Float>, times scales: [Float]) {
    let channels = max(1, scales.count)
    for start in stride(from: 0, to: expected.count, by: channels) {
      for channel in 0..<channels {
        let x = expected[start + channel]
        let (a, b) = (Double(x), Double(actual[start + channel] * (scales.isEmpty ? 1 : scales[channel])))
        self.expected += a * a
        self.actual += b * b
        product += a * b
        difference += (a - b) * (a - b)
        largest = max(largest, abs(x))
      }
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

  /// ‖actual − expected‖ / ‖expected‖; 1 if something is there that should be 0.
  var relativeError: Double {
    difference == 0 ? 0 : expected == 0 ? 1 : (difference / expected).squareRoot()
  }

  /// The cosine of the angle between them; with zeros it is 1 if both are zeros, else 0.
  var cosine: Double {
    expected == 0 || actual == 0 ? (expected == actual ? 1 : 0) : product / (expected * actual).squareRoot()
  }
}
