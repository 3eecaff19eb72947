package import GraftCore
package import GraftGraph

/// x · scale + offset: keras.layers.Rescaling.
public final class Rescaling: Layer {
  /// The factor.
  public let scale: Float
  /// What is added.
  public let offset: Float

  /// Makes a rescaling.
  public init(scale: Float, offset: Float = 0, name: String? = nil) {
    self.scale = scale
    self.offset = offset
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.rescaling(scale: scale, offset: offset), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["scale": .number(Double(scale)), "offset": .number(Double(offset))]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      scale: Float(try reader.number("scale")), offset: Float(try reader.number("offset", default: 0)),
      name: reader.name)
  }
}
