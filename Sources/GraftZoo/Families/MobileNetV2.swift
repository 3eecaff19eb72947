public import GraftCore
public import GraftGraph
public import GraftLayers

/// MobileNetV2 (Sandler et al., 2018), as keras.applications has it: names, defaults, checks and numbers.
///
/// Pictures enter as x / 127.5 − 1; that is part of the network's input and travels with it.
///
/// ```swift
/// let base = try await MobileNetV2(weights: .imageNet, includeTop: false, inputShape: [224, 224, 3])
/// base.isTrainable = false
/// ```
///
/// - Parameters:
///   - weights: Keras's ImageNet weights, a file, or nil for first weights drawn by Keras's initialisers.
///   - includeTop: Whether the classifier is part of the network.
///   - inputShape: Height, width and channels; at least 32×32. Default: 224×224×3.
///   - alpha: The width multiplier; ImageNet weights exist for 0.35, 0.5, 0.75, 1, 1.3 and 1.4.
///   - pooling: Without a top: what follows the last convolution.
///   - classes: The number of classes of the top.
///   - classifierActivation: The activation of the top; with weights softmax, or `.linear` for logits.
///   - name: The network's name; by default Keras's, such as `mobilenetv2_1.00_224`.
///   - progress: Called while weights are downloaded.
/// - Throws: `GraftError.invalidArgument` for what Keras refuses, too; `GraftError.network` if weights cannot be had.
public func MobileNetV2(
  weights: PretrainedWeights? = .imageNet, includeTop: Bool = true, inputShape: Shape? = nil, alpha: Double = 1,
  pooling: FeaturePooling? = nil, classes: Int = 1000, classifierActivation: Activation = .softmax,
  name: String? = nil, progress: WeightCache.Progress? = nil
) async throws -> Model {
  try await MobileNetV2Architecture(alpha: alpha).network(
    ApplicationArguments(
      weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
      classifierActivation: classifierActivation, name: name, progress: progress))
}

/// Keras's source: keras/src/applications/mobilenet_v2.py.
struct MobileNetV2Architecture: Architecture {
  var alpha = 1.0

  /// (filters, stride, expansion) of the blocks, in order.
  private static let blocks: [(filters: Int, stride: Int, expansion: Int)] = [
    (16, 1, 1), (24, 2, 6), (24, 1, 6), (32, 2, 6), (32, 1, 6), (32, 1, 6), (64, 2, 6), (64, 1, 6), (64, 1, 6),
    (64, 1, 6), (96, 1, 6), (96, 1, 6), (96, 1, 6), (160, 2, 6), (160, 1, 6), (160, 1, 6), (320, 1, 6),
  ]
  private static let sides = [96, 128, 160, 192, 224]
  private static let alphas = [0.35, 0.5, 0.75, 1.0, 1.3, 1.4]

  var facts: ZooFacts {
    ZooFacts(
      className: "MobileNetV2", name: "mobilenet-v2", networkName: "mobilenetv2_1.00_224", imageSize: 224,
      parameters: (2_257_984, 3_538_984), accuracy: (71.3, 90.1), lastStage: "block_13_expand",
      noTop: Self.file(1, 224, includeTop: false), withTop: Self.file(1, 224, includeTop: true))
  }

  private static func file(_ alpha: Double, _ side: Int, includeTop: Bool) -> WeightEntry {
    .keras(
      kerasFolder("mobilenet_v2"),
      "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_\(alpha)_\(side)\(includeTop ? "" : "_no_top").h5")
  }

  var preprocessing: Preprocessing { .scaledToMinusOneToOne }

  /// Weights of side 224 serve all shapes that have none of their own.
  func defaultSide(for shape: Shape?) -> Int {
    guard let shape, shape.rank == 3, shape[0] == shape[1], Self.sides.contains(shape[0]) else { return 224 }
    return shape[0]
  }

  func networkName(for shape: Shape, isPretrained: Bool) -> String {
    "mobilenetv2_\(alpha.twoDecimals)_\(isPretrained ? defaultSide(for: shape) : shape[0])"
  }

  func checkOptions(isPretrained: Bool) throws {
    guard alpha > 0, alpha <= 100 else {
      throw GraftError(.invalidArgument, "alpha must lie above 0 and be at most 100. Received: \(alpha).")
    }
    guard !isPretrained || Self.alphas.contains(alpha) else {
      throw GraftError(
        .invalidArgument,
        """
        ImageNet weights exist for alpha \(Self.alphas.map { "\($0)" }.joined(separator: ", ")). Received: alpha \(alpha).
        """)
    }
  }

  func weights(for shape: Shape, includeTop: Bool) throws -> WeightEntry {
    Self.file(alpha, defaultSide(for: shape), includeTop: includeTop)
  }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.convolution(
      roundedChannels(32 * alpha), 3, strides: 2, padding: .same, useBias: false, name: "Conv1")
    x = normalized(x, "bn_Conv1").rectified(maxValue: 6, name: "Conv1_relu")
    for (index, block) in Self.blocks.enumerated() {
      x = invertedResidual(
        x, expansion: block.expansion, stride: block.stride, filters: block.filters, index: index)
    }
    x = x.convolution(alpha > 1 ? roundedChannels(1280 * alpha) : 1280, 1, useBias: false, name: "Conv_1")
    return normalized(x, "Conv_1_bn").rectified(maxValue: 6, name: "out_relu")
  }

  private func invertedResidual(
    _ input: SymbolicTensor, expansion: Int, stride: Int, filters: Int, index: Int
  ) -> SymbolicTensor {
    let pointwise = roundedChannels(Double(Int(Double(filters) * alpha)))
    let prefix = index == 0 ? "expanded_conv_" : "block_\(index)_"
    var x = input
    if index > 0 {
      x = x.convolution(expansion * input.channels, 1, padding: .same, useBias: false, name: prefix + "expand")
      x = normalized(x, prefix + "expand_BN").rectified(maxValue: 6, name: prefix + "expand_relu")
    }
    if stride == 2 { x = x.padded(x.correctPadding(3), name: prefix + "pad") }
    x = x.depthwise(
      3, strides: Extent(stride), padding: stride == 1 ? .same : .valid, name: prefix + "depthwise")
    x = normalized(x, prefix + "depthwise_BN").rectified(maxValue: 6, name: prefix + "depthwise_relu")
    x = x.convolution(pointwise, 1, padding: .same, useBias: false, name: prefix + "project")
    x = normalized(x, prefix + "project_BN")
    return input.channels == pointwise && stride == 1 ? x.added(to: input, name: prefix + "add") : x
  }

  private func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    x.normalized(momentum: 0.999, name: name)
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    features.averaged().dense(classes, activation: activation, name: "predictions")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    pooling.map { $0.layer()(features) } ?? features
  }
}
