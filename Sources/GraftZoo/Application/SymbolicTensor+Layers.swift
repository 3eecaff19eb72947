internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// The layers that the families are made of, in short: what a family's file shows is its shape and its names.
extension SymbolicTensor {
  func convolution(
    _ filters: Int, _ kernelSize: Extent, strides: Extent = 1, padding: ConvolutionPadding = .valid, groups: Int = 1,
    activation: Activation = .linear, useBias: Bool = true, initializer: Initializer = .glorotUniform,
    name: String? = nil
  ) -> SymbolicTensor {
    Conv2D(
      filters, kernelSize: kernelSize, strides: strides, padding: padding, groups: groups, activation: activation,
      useBias: useBias, kernelInitializer: initializer, name: name)(self)
  }

  func depthwise(
    _ kernelSize: Extent, strides: Extent = 1, padding: ConvolutionPadding, multiplier: Int = 1,
    initializer: Initializer = .glorotUniform, name: String
  ) -> SymbolicTensor {
    DepthwiseConv2D(
      kernelSize: kernelSize, strides: strides, padding: padding, depthMultiplier: multiplier, useBias: false,
      depthwiseInitializer: initializer, name: name)(self)
  }

  func separable(
    _ filters: Int, _ kernelSize: Extent, strides: Extent = 1, padding: ConvolutionPadding = .same, name: String
  ) -> SymbolicTensor {
    SeparableConv2D(
      filters, kernelSize: kernelSize, strides: strides, padding: padding, useBias: false, name: name)(self)
  }

  func dense(
    _ units: Int, activation: Activation = .linear, initializer: Initializer = .glorotUniform, name: String
  ) -> SymbolicTensor {
    Dense(units, activation: activation, kernelInitializer: initializer, name: name)(self)
  }

  func normalized(
    momentum: Float = 0.99, epsilon: Float = 1e-3, scale: Bool = true, name: String? = nil
  ) -> SymbolicTensor {
    BatchNormalization(momentum: momentum, epsilon: epsilon, scale: scale, name: name)(self)
  }

  func activated(_ activation: Activation, name: String? = nil) -> SymbolicTensor {
    ActivationLayer(activation, name: name)(self)
  }

  func rectified(maxValue: Float? = nil, name: String? = nil) -> SymbolicTensor {
    ReLU(maxValue: maxValue, name: name)(self)
  }

  func padded(_ padding: Padding, name: String? = nil) -> SymbolicTensor { ZeroPadding2D(padding, name: name)(self) }

  func maxPooled(
    _ size: Extent, strides: Extent, padding: ConvolutionPadding = .valid, name: String? = nil
  ) -> SymbolicTensor {
    MaxPooling2D(poolSize: size, strides: strides, padding: padding, name: name)(self)
  }

  func averagePooled(
    _ size: Extent, strides: Extent, padding: ConvolutionPadding = .valid, name: String? = nil
  ) -> SymbolicTensor {
    AveragePooling2D(poolSize: size, strides: strides, padding: padding, name: name)(self)
  }

  func averaged(keepDimensions: Bool = false, name: String? = nil) -> SymbolicTensor {
    GlobalAveragePooling2D(keepDimensions: keepDimensions, name: name)(self)
  }

  func dropped(_ rate: Double, noiseShape: [Int?]? = nil, name: String? = nil) -> SymbolicTensor {
    Dropout(Float(rate), noiseShape: noiseShape, name: name)(self)
  }

  /// The sum with another tensor, which stands first. The order decides the order of layers.
  func added(to other: SymbolicTensor, name: String? = nil) -> SymbolicTensor { Add(name: name)([other, self]) }

  /// The sum with another tensor, which stands second.
  func added(before other: SymbolicTensor, name: String? = nil) -> SymbolicTensor { Add(name: name)([self, other]) }

  /// The channels of a picture.
  var channels: Int { shape[-1] }

  /// imagenet_utils.correct_pad: zeros for a kernel that moves by two, one less before an even length.
  func correctPadding(_ kernelSize: Int) -> Padding {
    let half = kernelSize / 2
    guard shape.rank == 3 else { return Padding() }
    return Padding(
      top: half - (1 - shape[0] % 2), bottom: half, left: half - (1 - shape[1] % 2), right: half)
  }
}

extension Padding {
  /// As many rows and columns at every side.
  init(all count: Int) { self.init(top: count, bottom: count, left: count, right: count) }
}

/// The nearest multiple of a divisor, at least the divisor; for most families never less than nine tenths of the value.
func roundedChannels(_ value: Double, divisor: Int = 8, keepsNineTenths: Bool = true) -> Int {
  let rounded = max(divisor, Int(value + Double(divisor) / 2) / divisor * divisor)
  return keepsNineTenths && Double(rounded) < 0.9 * value ? rounded + divisor : rounded
}
