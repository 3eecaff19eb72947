package import GraftCore
public import GraftGraph

/// The largest value of every channel in each window: keras.layers.MaxPooling2D.
public final class MaxPooling2D: Layer {
  /// Height and width of the window.
  public let poolSize: Extent
  /// Steps of the window.
  public let strides: Extent
  /// What happens at the border: `same` lets windows reach beyond it.
  public let padding: ConvolutionPadding

  /// Makes a pooling.
  ///
  /// - Parameters:
  ///   - poolSize: Height and width of the window.
  ///   - strides: By default the pool size, so that windows do not overlap.
  ///   - padding: What happens at the border.
  ///   - name: The layer's name.
  public init(
    poolSize: Extent = 2, strides: Extent? = nil, padding: ConvolutionPadding = .valid, name: String? = nil
  ) {
    self.poolSize = poolSize
    self.strides = strides ?? poolSize
    self.padding = padding
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let operation = try poolingOperation(
      .max, poolSize: poolSize, strides: strides, padding: padding, inputs.map { builder.graph[$0].shape })
    return try builder.append(.pooling(operation), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    [
      "pool_size": poolSize.configuration, "strides": strides.configuration, "padding": .string(padding.rawValue),
      "data_format": "channels_last",
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    let poolSize = try reader.extent("pool_size", default: 2)
    self.init(
      poolSize: poolSize, strides: try reader.extent("strides", default: poolSize), padding: try reader.padding(),
      name: reader.name)
  }
}
