package import GraftGraph

/// The sum of values: keras.layers.Add.
///
/// Shapes are equal, or have lengths of 1, along which values are repeated.
///
/// ```swift
/// let sum = Add()([x, y])
/// ```
public final class Add: Layer {
  /// Makes a sum.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...Int.max)
    return try builder.append(.add, of: self, builder.broadcast(inputs, of: self))
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
