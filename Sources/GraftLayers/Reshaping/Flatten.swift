package import GraftCore
package import GraftGraph

/// All axes but the batch in one: keras.layers.Flatten.
public final class Flatten: Layer {
  /// Makes a flattening.
  public override init(name: String? = nil) { super.init(name: name) }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.reshape([builder.graph[inputs[0]].shape.count]), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { ["data_format": "channels_last"] }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(name: reader.name)
  }
}
