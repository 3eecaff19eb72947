package import GraftCore
package import GraftGraph

/// max(x, 0), cut at `maxValue` if there is one: keras.layers.ReLU.
public final class ReLU: Layer {
  /// The largest result; none, or 6.
  public let maxValue: Float?

  /// Makes a rectifier.
  ///
  /// - Parameters:
  ///   - maxValue: nil for no bound, or 6; other bounds are an error when the layer is called.
  ///   - name: The layer's name.
  public init(maxValue: Float? = nil, name: String? = nil) {
    self.maxValue = maxValue
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    switch maxValue {
    case nil: return try builder.append(.activation(.relu), of: self, inputs)
    case 6: return try builder.append(.activation(.relu6), of: self, inputs)
    case let other?:
      throw GraftError(.unsupported, "\(name): ReLU knows no bound or a bound of 6. Received: \(other).")
    }
  }

  package override var configuration: [String: JSONValue] {
    ["max_value": maxValue.map { .number(Double($0)) } ?? .null, "negative_slope": 0.0, "threshold": 0.0]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.require("negative_slope", toBe: 0)
    try reader.require("threshold", toBe: 0)
    self.init(maxValue: try reader.optionalNumber("max_value").map { Float($0) }, name: reader.name)
  }
}
