package import GraftCore
package import GraftGraph

/// x for x > 0, else α (eˣ − 1): keras.layers.ELU.
public final class ELU: Layer {
  /// What negative values go towards, with the other sign.
  public let alpha: Float

  /// Makes an exponential linear unit.
  public init(alpha: Float = 1, name: String? = nil) {
    self.alpha = alpha
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.elementwise(.exponentialLinear(alpha: alpha)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { ["alpha": .number(alpha.shortest)] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(alpha: Float(try reader.number("alpha", default: 1)), name: reader.name)
  }
}
