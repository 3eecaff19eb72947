package import GraftCore
package import GraftGraph

/// The largest value of every channel over the picture: keras.layers.GlobalMaxPooling2D.
public final class GlobalMaxPooling2D: Layer {
  /// Whether the result keeps height and width, of length 1.
  public let keepDimensions: Bool

  /// Makes a pooling.
  public init(keepDimensions: Bool = false, name: String? = nil) {
    self.keepDimensions = keepDimensions
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.globalPooling(GlobalPoolingOperation(.max, keepsDimensions: keepDimensions)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["data_format": "channels_last", "keepdims": .bool(keepDimensions)]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(keepDimensions: try reader.bool("keepdims", default: false), name: reader.name)
  }
}
