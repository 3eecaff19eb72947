package import GraftGraph

/// A layer that changes nothing: keras.layers.Identity.
public final class Identity: Layer {
  /// Makes an identity.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.activation(.linear), of: self, inputs)
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
