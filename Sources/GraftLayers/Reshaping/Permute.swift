package import GraftCore
package import GraftGraph

/// Axes in another order: keras.layers.Permute.
public final class Permute: Layer {
  /// For each axis of the result the axis that it was, counted with the batch as axis 0.
  public let dims: [Int]

  /// Makes a permutation: `Permute([2, 1, 3])` exchanges height and width.
  public init(_ dims: [Int], name: String? = nil) {
    self.dims = dims
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.transpose(dims.map { $0 - 1 }), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { ["dims": .array(dims.map { .int($0) })] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(try reader.ints("dims"), name: reader.name)
  }
}
