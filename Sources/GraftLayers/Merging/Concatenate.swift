package import GraftCore
package import GraftGraph

/// Values side by side along an axis: keras.layers.Concatenate.
public final class Concatenate: Layer {
  /// The axis, counted with the batch as axis 0; negative ones count from the end.
  public let axis: Int

  /// Makes a concatenation, by default along the channels.
  public init(axis: Int = -1, name: String? = nil) {
    self.axis = axis
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try requireInputs(inputs, 2...Int.max)
    let place = try self.place(ofAxis: axis, in: builder.graph[inputs[0]].shape)
    return try builder.append(.concatenate(axis: place), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { ["axis": .int(axis)] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(axis: try reader.int("axis", default: -1), name: reader.name)
  }
}
