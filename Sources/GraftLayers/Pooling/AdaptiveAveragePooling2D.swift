package import GraftCore
public import GraftGraph

/// The means of as many parts of a picture as the result has pixels: keras.layers.AdaptiveAveragePooling2D.
public final class AdaptiveAveragePooling2D: Layer {
  /// Height and width of the result.
  public let outputSize: Extent

  /// Makes a pooling.
  public init(_ outputSize: Extent, name: String? = nil) {
    self.outputSize = outputSize
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    _ = try pictureChannels(inputs.map { builder.graph[$0].shape })
    return try builder.append(.resample(.init(to: outputSize, method: .bins)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["output_size": outputSize.configuration, "data_format": "channels_last"]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(try reader.extent("output_size"), name: reader.name)
  }
}
