package import GraftCore
public import GraftGraph

/// A convolution run backwards, which makes pictures larger: keras.layers.Conv2DTranspose.
///
/// Variables: `kernel` (height, width, filters, input channels), `bias` (filters).
public final class Conv2DTranspose: Layer {
  /// The number of output channels.
  public let filters: Int
  /// Height and width of the kernel.
  public let kernelSize: Extent
  /// How far kernels of neighbouring pixels are apart in the result.
  public let strides: Extent
  /// What happens at the border.
  public let padding: ConvolutionPadding
  /// What is added to the result's height and width, less than the strides; nil for as much as gives input · strides with
  /// `same`.
  public let outputPadding: Extent?
  /// Distance between the kernel's taps.
  public let dilationRate: Extent
  /// Applied to the result.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How the kernel gets its first value.
  public let kernelInitializer: Initializer

  /// Makes a transposed convolution with Keras's defaults.
  public init(
    _ filters: Int, kernelSize: Extent, strides: Extent = Extent(1), padding: ConvolutionPadding = .valid,
    outputPadding: Extent? = nil, dilationRate: Extent = Extent(1), activation: Activation = .linear,
    useBias: Bool = true, kernelInitializer: Initializer = .glorotUniform, name: String? = nil
  ) {
    self.filters = filters
    self.kernelSize = kernelSize
    self.strides = strides
    self.padding = padding
    self.outputPadding = outputPadding
    self.dilationRate = dilationRate
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
    return [
      VariableSpecification(
        "kernel", [kernelSize.height, kernelSize.width, filters, channels], kernelInitializer)
    ] + (useBias ? [VariableSpecification("bias", [filters], .zeros)] : [])
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let input = builder.graph[inputs[0]].shape
    let extent = Extent(
      height: length(input[0], kernelSize.height, strides.height, dilationRate.height, outputPadding?.height),
      width: length(input[1], kernelSize.width, strides.width, dilationRate.width, outputPadding?.width))
    let back = ConvolutionOperation(
      kernelSize: kernelSize, strides: strides, dilations: dilationRate,
      padding: padding.zeros(
        for: [extent.height, extent.width, filters], window: kernelSize, strides: strides, dilations: dilationRate),
      filters: input[2], hasBias: false)
    let painted = try builder.append(
      .transposedConvolution(.init(back, extent: extent, filters: filters)), of: self, inputs,
      reading: variables.prefix(1))
    let node = try builder.appendAffine(of: self, painted, offset: variables.count > 1 ? variables[1] : nil)
    return try builder.append(activation, of: self, node)
  }

  /// Keras's length of the result along one axis.
  private func length(_ input: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ outputPadding: Int?) -> Int {
    let reach = (kernel - 1) * dilation + 1
    switch padding {
    case .valid: return (input - 1) * stride + reach + (outputPadding ?? max(reach, stride) - reach)
    case .same: return outputPadding.map { (input - 1) * stride + reach % 2 + $0 } ?? input * stride
    }
  }

  package override var configuration: [String: JSONValue] {
    [
      "filters": .int(filters), "kernel_size": kernelSize.configuration, "strides": strides.configuration,
      "padding": .string(padding.rawValue), "output_padding": outputPadding?.configuration ?? .null,
      "data_format": "channels_last", "dilation_rate": dilationRate.configuration,
      "activation": .string(activation.kerasName), "use_bias": .bool(useBias),
      "kernel_initializer": kernelInitializer.configuration,
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    guard try reader.int("groups", default: 1) == 1 else { throw reader.error("groups", expected: "1") }
    self.init(
      try reader.int("filters"), kernelSize: try reader.extent("kernel_size"),
      strides: try reader.extent("strides", default: Extent(1)), padding: try reader.padding(),
      outputPadding: reader["output_padding"] == nil ? nil : try reader.extent("output_padding", atLeast: 0),
      dilationRate: try reader.extent("dilation_rate", default: Extent(1)), activation: try reader.activation(),
      useBias: try reader.bool("use_bias", default: true),
      kernelInitializer: reader.initializer("kernel_initializer", default: .glorotUniform), name: reader.name)
  }
}
