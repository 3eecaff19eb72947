package import GraftCore
public import GraftGraph

/// A picture made larger by whole factors: keras.layers.UpSampling2D.
public final class UpSampling2D: Layer {
  /// The factors.
  public let size: Extent
  /// How pixels between pixels are made.
  public let interpolation: Interpolation

  /// Makes an enlargement with Keras's defaults.
  public init(size: Extent = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
    self.size = size
    self.interpolation = interpolation
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    _ = try pictureChannels(inputs.map { builder.graph[$0].shape })
    let shape = builder.graph[inputs[0]].shape
    let extent = Extent(height: shape[0] * size.height, width: shape[1] * size.width)
    return try builder.append(.resample(.init(to: extent, method: interpolation.method)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    [
      "size": size.configuration, "data_format": "channels_last", "interpolation": .string(interpolation.rawValue),
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(
      size: try reader.extent("size", default: 2), interpolation: try reader.interpolation(default: .nearest),
      name: reader.name)
  }
}
