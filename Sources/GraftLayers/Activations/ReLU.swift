package import GraftCore
package import GraftGraph

/// max(x, 0), or what bound, slope and threshold make of it: keras.layers.ReLU.
///
/// `maxValue` for x ≥ maxValue, x for x > threshold, negativeSlope · (x − threshold) for what is smaller.
public final class ReLU: Layer {
  /// The largest result; nil for no bound.
  public let maxValue: Float?
  /// What values below the threshold are multiplied by.
  public let negativeSlope: Float
  /// Where the function begins to rise.
  public let threshold: Float

  /// Makes a rectifier.
  ///
  /// - Parameters:
  ///   - maxValue: The largest result, not negative; nil for no bound.
  ///   - negativeSlope: What values below the threshold are multiplied by, not negative.
  ///   - threshold: Where the function begins to rise, not negative.
  ///   - name: The layer's name.
  public init(maxValue: Float? = nil, negativeSlope: Float = 0, threshold: Float = 0, name: String? = nil) {
    self.maxValue = maxValue
    self.negativeSlope = negativeSlope
    self.threshold = threshold
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard min(maxValue ?? 0, negativeSlope, threshold) >= 0 else {
      throw GraftError(
        .invalidArgument,
        """
        \(name): maxValue, negativeSlope and threshold of a ReLU must not be negative. Received: \
        \(maxValue.map { "\($0)" } ?? "nil"), \(negativeSlope), \(threshold).
        """)
    }
    switch (maxValue, negativeSlope, threshold) {
    case (nil, 0, 0): return try builder.append(.activation(.relu), of: self, inputs)
    case (6, 0, 0): return try builder.append(.activation(.relu6), of: self, inputs)
    default:
      return try builder.append(
        .elementwise(.rectifier(maximum: maxValue, slope: negativeSlope, threshold: threshold)), of: self, inputs)
    }
  }

  package override var configuration: [String: JSONValue] {
    [
      "max_value": maxValue.map { .number($0.shortest) } ?? .null, "negative_slope": .number(negativeSlope.shortest),
      "threshold": .number(threshold.shortest),
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      maxValue: try reader.optionalNumber("max_value").map { Float($0) },
      negativeSlope: Float(try reader.number("negative_slope", default: 0)),
      threshold: Float(try reader.number("threshold", default: 0)), name: reader.name)
  }

  /// Makes the rectifier that Keras 2's ThresholdedReLU is: x for x > theta, else 0.
  convenience init(thresholded reader: ConfigurationReader) throws {
    self.init(threshold: Float(try reader.number("theta", default: 1)), name: reader.name)
  }
}
