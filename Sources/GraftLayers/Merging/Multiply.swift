internal import GraftCore
package import GraftGraph

/// The product of values: keras.layers.Multiply.
///
/// Shapes are equal, or one of two values has lengths of 1, along which it is repeated: (1, 1, channels) weighs the channels
/// of a picture, as squeeze-and-excite does.
///
/// ```swift
/// let weighed = Multiply()([x, weights])
/// ```
public final class Multiply: Layer {
  /// Makes a product.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    guard inputs.count >= 2 else {
      throw GraftError(.invalidArgument, "\(name): Multiply needs at least two inputs. Received: \(inputs.count).")
    }
    return try inputs.dropFirst().reduce(inputs[0]) { try builder.append(.multiply, of: self, [$0, $1]) }
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
