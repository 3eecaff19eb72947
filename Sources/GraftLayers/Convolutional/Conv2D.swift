package import GraftCore
public import GraftGraph

/// A two-dimensional convolution: keras.layers.Conv2D.
///
/// Variables: `kernel` (height, width, input channels / groups, filters), `bias` (filters).
public final class Conv2D: Layer {
  /// The number of output channels.
  public let filters: Int
  /// Height and width of the kernel.
  public let kernelSize: Extent
  /// Steps of the kernel.
  public let strides: Extent
  /// What happens at the border.
  public let padding: ConvolutionPadding
  /// Distance between the kernel's taps.
  public let dilationRate: Extent
  /// Number of groups that channels are split into.
  public let groups: Int
  /// Applied to the result.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How the kernel gets its first value.
  public let kernelInitializer: Initializer

  /// Makes a convolution with Keras's defaults.
  public init(
    _ filters: Int, kernelSize: Extent, strides: Extent = Extent(1), padding: ConvolutionPadding = .valid,
    dilationRate: Extent = Extent(1), groups: Int = 1, activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, name: String? = nil
  ) {
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.dilationRate = dilationRate
    self.groups = groups
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    let channels = try pictureChannels(shapes)
    try requirePositive(kernelSize: kernelSize, strides: strides, dilationRate: dilationRate)
    guard filters > 0 else {
      throw GraftError(.invalidArgument, "\(name): filters must be positive. Received: \(filters).")
    }
    guard groups > 0, channels % groups == 0, filters % groups == 0 else {
      throw GraftError(
        .invalidArgument,
        "\(name): groups (\(groups)) must divide the \(channels) input channels and the \(filters) filters.")
    }
    return [
      VariableSpecification(
        "kernel", [kernelSize.height, kernelSize.width, channels / groups, filters], kernelInitializer)
    ] + (useBias ? [VariableSpecification("bias", [filters], .zeros)] : [])
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let node = try builder.append(
      .convolution(
        ConvolutionOperation(
          kernelSize: kernelSize, strides: strides, dilations: dilationRate,
          padding: padding.zeros(
            for: builder.graph[inputs[0]].shape, window: kernelSize, strides: strides, dilations: dilationRate),
          groups: groups, filters: filters, hasBias: useBias)), of: self, inputs)
    return try builder.append(activation, of: self, node)
  }

  package override var configuration: [String: JSONValue] {
    [
      "filters": .int(filters), "kernel_size": kernelSize.configuration, "strides": strides.configuration,
      "padding": .string(padding.rawValue), "data_format": "channels_last",
      "dilation_rate": dilationRate.configuration, "groups": .int(groups),
      "activation": .string(activation.kerasName), "use_bias": .bool(useBias),
      "kernel_initializer": kernelInitializer.configuration,
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(
      try reader.int("filters"), kernelSize: try reader.extent("kernel_size"),
      strides: try reader.extent("strides", default: Extent(1)), padding: try reader.padding(),
      dilationRate: try reader.extent("dilation_rate", default: Extent(1)),
      groups: try reader.int("groups", default: 1), activation: try reader.activation(),
      useBias: try reader.bool("use_bias", default: true),
      kernelInitializer: reader.initializer("kernel_initializer", default: .glorotUniform), name: reader.name)
  }
}
