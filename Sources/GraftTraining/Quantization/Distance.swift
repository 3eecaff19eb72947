internal import CFloats

/// How far a row of numbers is from what it should be.
struct Distance: Sendable {
  private var sums = graft_distance()

  /// The largest magnitude that there should be.
  var largest: Float { sums.largest }

  init() {}

  /// - Parameter scales: What the channels of `actual` are multiplied by; empty is 1.
  init(_ expected: UnsafeBufferPointer<Float>, _ actual: UnsafeBufferPointer<Float>, times scales: [Float]) {
    let channels = scales.isEmpty ? expected.count : scales.count
    guard channels > 0 else { return }
    sums = graft_measure_distance(
      expected.baseAddress, actual.baseAddress, expected.count / channels, channels, scales.isEmpty ? nil : scales)
  }

  static func + (left: Distance, right: Distance) -> Distance {
    var result = left
    result.sums.expected += right.sums.expected
    result.sums.actual += right.sums.actual
    result.sums.difference += right.sums.difference
    result.sums.product += right.sums.product
    result.sums.largest = max(left.largest, right.largest)
    return result
  }

  /// ‖actual − expected‖ / ‖expected‖; 1 if something is there that should be 0.
  var relativeError: Double {
    sums.difference == 0 ? 0 : sums.expected == 0 ? 1 : (sums.difference / sums.expected).squareRoot()
  }

  /// The cosine of the angle between them; with zeros it is 1 if both are zeros, else 0.
  var cosine: Double {
    sums.expected == 0 || sums.actual == 0
      ? (sums.expected == sums.actual ? 1 : 0) : sums.product / (sums.expected * sums.actual).squareRoot()
  }
}
