package import GraftGraph

/// The largest of values, element by element: keras.layers.Maximum.
///
/// Shapes are equal, or have lengths of 1, along which values are repeated. Where two are equal, gradients go to the first.
public final class Maximum: Layer {
  /// Makes a maximum.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...Int.max)
    let values = try builder.broadcast(inputs, of: self)
    return try values.dropFirst().reduce(values[0]) { try builder.append(.maximum, of: self, [$0, $1]) }
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
