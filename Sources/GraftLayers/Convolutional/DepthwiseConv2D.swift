package import GraftCore
public import GraftGraph

/// A convolution of every channel by itself: keras.layers.DepthwiseConv2D.
///
/// Variables: `kernel` (height, width, channels, multiplier), which Keras 2 calls `depthwise_kernel`, and `bias`.
public final class DepthwiseConv2D: Layer {
  /// Height and width of the kernel.
  public let kernelSize: Extent
  /// Steps of the kernel.
  public let strides: Extent
  /// What happens at the border.
  public let padding: ConvolutionPadding
  /// Results per channel.
  public let depthMultiplier: Int
  /// Distance between the kernel's taps.
  public let dilationRate: Extent
  /// Applied to the result.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How the kernel gets its first value.
  public let depthwiseInitializer: Initializer

  /// Makes a depthwise convolution with Keras's defaults.
  public init(
    kernelSize: Extent, strides: Extent = Extent(1), padding: ConvolutionPadding = .valid, depthMultiplier: Int = 1,
    dilationRate: Extent = Extent(1), activation: Activation = .linear, useBias: Bool = true,
    depthwiseInitializer: Initializer = .glorotUniform, name: String? = nil
  ) {
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.depthMultiplier = depthMultiplier
    self.dilationRate = dilationRate
    self.activation = activation
    self.useBias = useBias
    self.depthwiseInitializer = depthwiseInitializer
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    let channels = try pictureChannels(shapes)
    try requirePositive(kernelSize: kernelSize, strides: strides, dilationRate: dilationRate)
    guard depthMultiplier > 0 else {
      throw GraftError(.invalidArgument, "\(name): depthMultiplier must be positive. Received: \(depthMultiplier).")
    }
    return [
      VariableSpecification(
        "kernel", [kernelSize.height, kernelSize.width, channels, depthMultiplier], depthwiseInitializer)
    ] + (useBias ? [VariableSpecification("bias", [channels * depthMultiplier], .zeros)] : [])
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let shape = builder.graph[inputs[0]].shape
    let node = try builder.append(
      .convolution(
        ConvolutionOperation(
          kernelSize: kernelSize, strides: strides, dilations: dilationRate,
          padding: padding.zeros(for: shape, window: kernelSize, strides: strides, dilations: dilationRate),
          groups: shape[2], filters: shape[2] * depthMultiplier, isDepthwise: true, hasBias: useBias)),
      of: self, inputs)
    return try builder.append(activation, of: self, node)
  }

  package override var configuration: [String: JSONValue] {
    [
      "kernel_size": kernelSize.configuration, "strides": strides.configuration,
      "padding": .string(padding.rawValue), "depth_multiplier": .int(depthMultiplier),
      "data_format": "channels_last", "dilation_rate": dilationRate.configuration,
      "activation": .string(activation.kerasName), "use_bias": .bool(useBias),
      "depthwise_initializer": depthwiseInitializer.configuration,
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(
      kernelSize: try reader.extent("kernel_size"), strides: try reader.extent("strides", default: Extent(1)),
      padding: try reader.padding(), depthMultiplier: try reader.int("depth_multiplier", default: 1),
      dilationRate: try reader.extent("dilation_rate", default: Extent(1)), activation: try reader.activation(),
      useBias: try reader.bool("use_bias", default: true),
      depthwiseInitializer: reader.initializer("depthwise_initializer", default: .glorotUniform), name: reader.name)
  }
}
