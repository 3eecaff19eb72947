package import GraftCore
package import GraftGraph

/// x + scale · y: the residual of keras.applications.InceptionResNetV2.
///
/// ```swift
/// let sum = CustomScaleLayer(0.17)([x, branch])
/// ```
public final class CustomScaleLayer: Layer {
  /// The factor of the second input.
  public let scale: Float

  /// Makes a scaled sum.
  public init(_ scale: Float, name: String? = nil) {
    self.scale = scale
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...2)
    let scaled = try builder.append(.rescaling(scale: scale, offset: 0), of: self, [inputs[1]])
    return try builder.append(.add, of: self, [inputs[0], scaled])
  }

  package override var configuration: [String: JSONValue] { ["scale": .number(scale.shortest)] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(Float(try reader.number("scale")), name: reader.name)
  }
}
