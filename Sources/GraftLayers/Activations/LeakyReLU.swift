package import GraftCore
package import GraftGraph

/// x for x > 0, else a part of it: keras.layers.LeakyReLU.
public final class LeakyReLU: Layer {
  /// What negative values are multiplied by.
  public let negativeSlope: Float

  /// Makes a leaky rectifier with Keras's default slope.
  public init(negativeSlope: Float = 0.3, name: String? = nil) {
    self.negativeSlope = negativeSlope
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.elementwise(.rectifier(maximum: nil, slope: negativeSlope, threshold: 0)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { ["negative_slope": .number(negativeSlope.shortest)] }

  convenience init(_ reader: ConfigurationReader) throws {
    // Keras 2 calls it alpha.
    let slope = try reader.optionalNumber("negative_slope") ?? reader.number("alpha", default: 0.3)
    self.init(negativeSlope: Float(slope), name: reader.name)
  }
}
