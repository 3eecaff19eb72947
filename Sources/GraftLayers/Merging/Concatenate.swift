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
    guard inputs.count >= 2 else {
      throw GraftError(.invalidArgument, "\(name): Concatenate needs at least two inputs. Received: \(inputs.count).")
    }
    let rank = builder.graph[inputs[0]].shape.rank
    let resolved = axis < 0 ? rank + axis : axis - 1
    guard resolved >= 0, resolved < rank else {
      throw GraftError(
        .invalidArgument, "\(name): axis must name one of the \(rank) axes after the batch. Received: \(axis).")
    }
    return try builder.append(.concatenate(axis: resolved), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { ["axis": .int(axis)] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(axis: try reader.int("axis", default: -1), name: reader.name)
  }
}
