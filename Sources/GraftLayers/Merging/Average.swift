package import GraftGraph

/// The mean of values: keras.layers.Average.
///
/// Shapes are equal, or have lengths of 1, along which values are repeated.
public final class Average: Layer {
  /// Makes a mean.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...Int.max)
    let sum = try builder.append(.add, of: self, builder.broadcast(inputs, of: self))
    return try builder.append(.rescaling(scale: 1 / Float(inputs.count), offset: 0), of: self, [sum])
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
