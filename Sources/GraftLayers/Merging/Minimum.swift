package import GraftGraph

/// The smallest of values, element by element: keras.layers.Minimum.
///
/// Shapes are equal, or have lengths of 1, along which values are repeated. Where two are equal, gradients go to the first.
public final class Minimum: Layer {
  /// Makes a minimum.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...Int.max)
    func negative(_ node: NodeID) throws -> NodeID {
      try builder.append(.rescaling(scale: -1, offset: 0), of: self, [node])
    }
    let values = try builder.broadcast(inputs, of: self).map(negative)
    return try negative(values.dropFirst().reduce(values[0]) { try builder.append(.maximum, of: self, [$0, $1]) })
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
