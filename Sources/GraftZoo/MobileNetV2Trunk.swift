internal import GraftCore
internal import GraftGraph
internal import GraftLayers

/// The convolutional part of MobileNetV2 with Keras's layer names.
struct MobileNetV2Trunk {
  let alpha: Double

  /// (filters, stride, expansion) of the blocks, in order.
  private static let blocks: [(filters: Int, stride: Int, expansion: Int)] = [
    (16, 1, 1), (24, 2, 6), (24, 1, 6), (32, 2, 6), (32, 1, 6), (32, 1, 6), (64, 2, 6), (64, 1, 6), (64, 1, 6),
    (64, 1, 6), (96, 1, 6), (96, 1, 6), (96, 1, 6), (160, 2, 6), (160, 1, 6), (160, 1, 6), (320, 1, 6),
  ]

  func build(_ input: SymbolicTensor) -> SymbolicTensor {
    var x = Conv2D(
      divisible(32 * alpha), kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "Conv1")(input)
    x = normalization("bn_Conv1")(x)
    x = ReLU(maxValue: 6, name: "Conv1_relu")(x)
    for (index, block) in Self.blocks.enumerated() {
      x = invertedResidual(
        x, expansion: block.expansion, stride: block.stride, filters: block.filters, index: index)
    }
    x = Conv2D(alpha > 1 ? divisible(1280 * alpha) : 1280, kernelSize: 1, useBias: false, name: "Conv_1")(x)
    x = normalization("Conv_1_bn")(x)
    return ReLU(maxValue: 6, name: "out_relu")(x)
  }

  private func invertedResidual(
    _ input: SymbolicTensor, expansion: Int, stride: Int, filters: Int, index: Int
  ) -> SymbolicTensor {
    let channels = input.shape[-1]
    let pointwise = divisible(Double(Int(Double(filters) * alpha)))
    let prefix = index == 0 ? "expanded_conv_" : "block_\(index)_"
    var x = input
    if index > 0 {
      x = Conv2D(expansion * channels, kernelSize: 1, padding: .same, useBias: false, name: prefix + "expand")(x)
      x = normalization(prefix + "expand_BN")(x)
      x = ReLU(maxValue: 6, name: prefix + "expand_relu")(x)
    }
    if stride == 2 { x = ZeroPadding2D(Self.correctPad(x), name: prefix + "pad")(x) }
    x = DepthwiseConv2D(
      kernelSize: 3, strides: Extent(stride), padding: stride == 1 ? .same : .valid, useBias: false,
      name: prefix + "depthwise")(x)
    x = normalization(prefix + "depthwise_BN")(x)
    x = ReLU(maxValue: 6, name: prefix + "depthwise_relu")(x)
    x = Conv2D(pointwise, kernelSize: 1, padding: .same, useBias: false, name: prefix + "project")(x)
    x = normalization(prefix + "project_BN")(x)
    return channels == pointwise && stride == 1 ? Add(name: prefix + "add")([input, x]) : x
  }

  private func normalization(_ name: String) -> BatchNormalization {
    BatchNormalization(momentum: 0.999, epsilon: 1e-3, name: name)
  }

  /// imagenet_utils.correct_pad for a 3×3 kernel: one zero less before an even length.
  private static func correctPad(_ x: SymbolicTensor) -> Padding {
    let top = x.shape[0] % 2 == 0 ? 0 : 1
    let left = x.shape[1] % 2 == 0 ? 0 : 1
    return Padding(top: top, bottom: 1, left: left, right: 1)
  }

  /// Keras's _make_divisible: the nearest multiple of 8, but never less than nine tenths of the value.
  private func divisible(_ value: Double) -> Int {
    let rounded = max(8, Int(value + 4) / 8 * 8)
    return Double(rounded) < 0.9 * value ? rounded + 8 : rounded
  }
}
