internal import GraftCore
package import GraftGraph

/// The product of values: keras.layers.Multiply.
///
/// Shapes are equal, or have lengths of 1, along which values are repeated: (1, 1, channels) weighs the channels of a picture,
/// as squeeze-and-excite does.
///
/// ```swift
/// let weighed = Multiply()([x, weights])
/// ```
public final class Multiply: Layer {
  /// Makes a product.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...Int.max)
    return try inputs.dropFirst().reduce(inputs[0]) { left, right in
      // Where one of the two already has the product's shape, the kernel repeats the other by itself.
      let shapes = [left, right].map { builder.graph[$0].shape }
      let isOneSided =
        shapes[0].rank == shapes[1].rank
        && [shapes, shapes.reversed()].contains { pair in
          zip(pair[0].dimensions, pair[1].dimensions).allSatisfy { $0 == 1 || $0 == $1 }
        }
      let operands = isOneSided ? [left, right] : try builder.broadcast([left, right], of: self)
      return try builder.append(.multiply, of: self, operands)
    }
  }

  convenience init(_ reader: ConfigurationReader) { self.init(name: reader.name) }
}
