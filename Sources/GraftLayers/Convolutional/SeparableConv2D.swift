package import GraftCore
public import GraftGraph

/// A convolution of every channel by itself, then one of single pixels: keras.layers.SeparableConv2D.
///
/// Variables: `depthwise_kernel` (height, width, channels, multiplier), `pointwise_kernel` (1, 1, channels · multiplier,
/// filters), `bias` (filters).
public final class SeparableConv2D: Layer {
  /// The number of output channels.
  public let filters: Int
  /// Height and width of the depthwise kernel.
  public let kernelSize: Extent
  /// Steps of the depthwise kernel.
  public let strides: Extent
  /// What happens at the border.
  public let padding: ConvolutionPadding
  /// Distance between the depthwise kernel's taps.
  public let dilationRate: Extent
  /// Results of the depthwise kernel per channel.
  public let depthMultiplier: Int
  /// Applied to the result.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How the depthwise kernel gets its first value.
  public let depthwiseInitializer: Initializer
  /// How the pointwise kernel gets its first value.
  public let pointwiseInitializer: Initializer

  /// Makes a separable convolution with Keras's defaults.
  public init(
    _ filters: Int, kernelSize: Extent, strides: Extent = Extent(1), padding: ConvolutionPadding = .valid,
    dilationRate: Extent = Extent(1), depthMultiplier: Int = 1, activation: Activation = .linear,
    useBias: Bool = true, depthwiseInitializer: Initializer = .glorotUniform,
    pointwiseInitializer: Initializer = .glorotUniform, name: String? = nil
  ) {
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.dilationRate = dilationRate
    self.depthMultiplier = depthMultiplier
    self.activation = activation
    self.useBias = useBias
    self.depthwiseInitializer = depthwiseInitializer
    self.pointwiseInitializer = pointwiseInitializer
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    let channels = try pictureChannels(shapes)
    try requirePositive(kernelSize: kernelSize, strides: strides, dilationRate: dilationRate)
    guard filters > 0, depthMultiplier > 0 else {
      throw GraftError(
        .invalidArgument,
        "\(name): filters and depthMultiplier must be positive. Received: \(filters), \(depthMultiplier).")
    }
    return [
      VariableSpecification(
        "depthwise_kernel", [kernelSize.height, kernelSize.width, channels, depthMultiplier], depthwiseInitializer),
      VariableSpecification("pointwise_kernel", [1, 1, channels * depthMultiplier, filters], pointwiseInitializer),
    ] + (useBias ? [VariableSpecification("bias", [filters], .zeros)] : [])
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let shape = builder.graph[inputs[0]].shape
    let depthwise = try builder.append(
      .convolution(
        ConvolutionOperation(
          kernelSize: kernelSize, strides: strides, dilations: dilationRate,
          padding: padding.zeros(for: shape, window: kernelSize, strides: strides, dilations: dilationRate),
          groups: shape[2], filters: shape[2] * depthMultiplier, isDepthwise: true, hasBias: false)),
      of: self, inputs, reading: variables.prefix(1))
    let pointwise = try builder.append(
      .convolution(ConvolutionOperation(kernelSize: 1, filters: filters, hasBias: useBias)), of: self, [depthwise],
      reading: variables.dropFirst())
    return try builder.append(activation, of: self, pointwise)
  }

  package override var configuration: [String: JSONValue] {
    [
      "filters": .int(filters), "kernel_size": kernelSize.configuration, "strides": strides.configuration,
      "padding": .string(padding.rawValue), "data_format": "channels_last",
      "dilation_rate": dilationRate.configuration, "depth_multiplier": .int(depthMultiplier),
      "activation": .string(activation.kerasName), "use_bias": .bool(useBias),
      "depthwise_initializer": depthwiseInitializer.configuration,
      "pointwise_initializer": pointwiseInitializer.configuration,
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(
      try reader.int("filters"), kernelSize: try reader.extent("kernel_size"),
      strides: try reader.extent("strides", default: Extent(1)), padding: try reader.padding(),
      dilationRate: try reader.extent("dilation_rate", default: Extent(1)),
      depthMultiplier: try reader.int("depth_multiplier", default: 1), activation: try reader.activation(),
      useBias: try reader.bool("use_bias", default: true),
      depthwiseInitializer: reader.initializer("depthwise_initializer", default: .glorotUniform),
      pointwiseInitializer: reader.initializer("pointwise_initializer", default: .glorotUniform), name: reader.name)
  }
}
