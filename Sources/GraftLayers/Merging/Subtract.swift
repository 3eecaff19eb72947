package import GraftGraph

/// The first of two values less the second: keras.layers.Subtract.
///
/// Shapes are equal, or have lengths of 1, along which values are repeated.
public final class Subtract: Layer {
  /// Makes a difference.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...2)
    let values = try builder.broadcast(inputs, of: self)
    let negative = try builder.append(.rescaling(scale: -1, offset: 0), of: self, [values[1]])
    return try builder.append(.add, of: self, [values[0], negative])
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
