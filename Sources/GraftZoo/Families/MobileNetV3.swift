public import GraftCore
public import GraftGraph
public import GraftLayers

/// MobileNetV3 Small (Howard et al., 2019), as keras.applications has it. Pixels of 0…255 are scaled by its first layer.
///
/// ```swift
/// let base = try await MobileNetV3Small(includeTop: false, inputShape: [224, 224, 3], pooling: .average)
/// ```
public let MobileNetV3Small = MobileNetV3Application(size: .small)

/// MobileNetV3 Large (Howard et al., 2019), as keras.applications has it. Pixels of 0…255 are scaled by its first layer.
public let MobileNetV3Large = MobileNetV3Application(size: .large)

/// The constructor of one size of MobileNetV3, to be called like keras.applications.MobileNetV3Small.
public struct MobileNetV3Application: Sendable {
  let size: MobileNetV3Architecture.Size

  /// What is known of the network of width 1 without building it.
  public var entry: ZooEntry { ZooEntry(MobileNetV3Architecture(size: size).facts) }

  /// Makes the network.
  ///
  /// - Parameters:
  ///   - weights: Keras's ImageNet weights, a file, or nil for first weights drawn by Keras's initialisers.
  ///   - includeTop: Whether the classifier is part of the network.
  ///   - inputShape: Height, width and channels; at least 32×32. Default: 224×224×3.
  ///   - alpha: The width multiplier; ImageNet weights exist for 0.75 and 1.
  ///   - minimalistic: Whether to do without squeeze-and-excite, hard swish and 5×5 kernels; ImageNet weights exist for
  ///     alpha 1.
  ///   - pooling: Without a top: what follows the last convolution.
  ///   - classes: The number of classes of the top.
  ///   - dropoutRate: The part that is dropped before the last layer of the top.
  ///   - classifierActivation: The activation of the top; with weights softmax, or `.linear` for logits.
  ///   - includePreprocessing: Whether the network's first layer scales pixels from 0…255 to −1…1. If not, the input layer
  ///     says so, and pictures are scaled as they are loaded.
  ///   - name: The network's name; by default Keras's.
  ///   - progress: Called while weights are downloaded.
  /// - Throws: `GraftError.invalidArgument` for what Keras refuses, too; `GraftError.network` if weights cannot be had.
  public func callAsFunction(
    weights: PretrainedWeights? = .imageNet, includeTop: Bool = true, inputShape: Shape? = nil, alpha: Double = 1,
    minimalistic: Bool = false, pooling: FeaturePooling? = nil, classes: Int = 1000, dropoutRate: Double = 0.2,
    classifierActivation: Activation = .softmax, includePreprocessing: Bool = true, name: String? = nil,
    progress: WeightCache.Progress? = nil
  ) async throws -> Model {
    try await MobileNetV3Architecture(
      size: size, alpha: alpha, minimalistic: minimalistic, dropoutRate: dropoutRate,
      includePreprocessing: includePreprocessing
    ).network(
      ApplicationArguments(
        weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
        classifierActivation: classifierActivation, name: name, progress: progress))
  }
}

/// Keras's source: keras/src/applications/mobilenet_v3.py.
struct MobileNetV3Architecture: Architecture {
  enum Size: String { case small, large }

  struct Block {
    let expansion: Double
    let filters: Double
    let kernel: Int
    let stride: Int
    let squeezes: Bool
    let isHard: Bool

    init(_ expansion: Double, _ filters: Double, _ kernel: Int, _ stride: Int, _ squeezes: Bool, hard isHard: Bool) {
      (self.expansion, self.filters, self.kernel, self.stride) = (expansion, filters, kernel, stride)
      (self.squeezes, self.isHard) = (squeezes, isHard)
    }
  }

  let size: Size
  var alpha = 1.0
  var minimalistic = false
  var dropoutRate = 0.2
  var includePreprocessing = true

  private static let small: [Block] = [
    Block(1, 16, 3, 2, true, hard: false), Block(72.0 / 16, 24, 3, 2, false, hard: false),
    Block(88.0 / 24, 24, 3, 1, false, hard: false), Block(4, 40, 5, 2, true, hard: true),
    Block(6, 40, 5, 1, true, hard: true), Block(6, 40, 5, 1, true, hard: true), Block(3, 48, 5, 1, true, hard: true),
    Block(3, 48, 5, 1, true, hard: true), Block(6, 96, 5, 2, true, hard: true), Block(6, 96, 5, 1, true, hard: true),
    Block(6, 96, 5, 1, true, hard: true),
  ]
  private static let large: [Block] = [
    Block(1, 16, 3, 1, false, hard: false), Block(4, 24, 3, 2, false, hard: false),
    Block(3, 24, 3, 1, false, hard: false), Block(3, 40, 5, 2, true, hard: false),
    Block(3, 40, 5, 1, true, hard: false), Block(3, 40, 5, 1, true, hard: false),
    Block(6, 80, 3, 2, false, hard: true), Block(2.5, 80, 3, 1, false, hard: true),
    Block(2.3, 80, 3, 1, false, hard: true), Block(2.3, 80, 3, 1, false, hard: true),
    Block(6, 112, 3, 1, true, hard: true), Block(6, 112, 3, 1, true, hard: true),
    Block(6, 160, 5, 2, true, hard: true), Block(6, 160, 5, 1, true, hard: true),
    Block(6, 160, 5, 1, true, hard: true),
  ]
  /// MD5 with and without top.
  private static let digests = [
    "large_224_0.75_float": ("765b44a33ad4005b3ac83185abf1d0eb", "40af19a13ebea4e2ee0c676887f69a2e"),
    "large_224_1.0_float": ("59e551e166be033d707958cf9e29a6a7", "07fb09a5933dd0c8eaafa16978110389"),
    "large_minimalistic_224_1.0_float": ("675e7b876c45c57e9e63e6d90a36599c", "ec5221f64a2f6d1ef965a614bdae7973"),
    "small_224_0.75_float": ("cb65d4e5be93758266aa0a7f2c6708b7", "ebdb5cc8e0b497cd13a7c275d475c819"),
    "small_224_1.0_float": ("8768d4c2e7dee89b9d02b2d03d65d862", "d3e8ec802a04aa4fc771ee12a9a9b836"),
    "small_minimalistic_224_1.0_float": ("99cd97fb2fcdad2bf028eb838de69e37", "cde8136e733e811080d9fcd8a252f7e4"),
  ]

  var facts: ZooFacts {
    let isSmall = size == .small
    return ZooFacts(
      className: isSmall ? "MobileNetV3Small" : "MobileNetV3Large", name: "mobilenet-v3-\(size)",
      networkName: isSmall ? "MobileNetV3Small" : "MobileNetV3Large", imageSize: 224,
      parameters: isSmall ? (939_120, 2_554_968) : (2_996_352, 5_507_432), accuracy: (isSmall ? 68.1 : 75.6, nil),
      lastStage: isSmall ? "expanded_conv_8_expand" : "expanded_conv_12_expand", noTop: file(includeTop: false),
      withTop: file(includeTop: true))
  }

  var preprocessing: Preprocessing { includePreprocessing ? .none : .scaledToMinusOneToOne }
  var topNeedsDefaultSide: Bool { false }

  func checkOptions(isPretrained: Bool) throws {
    guard alpha > 0, alpha <= 100 else {
      throw GraftError(.invalidArgument, "alpha must lie above 0 and be at most 100. Received: \(alpha).")
    }
    let known = minimalistic ? [1.0] : [0.75, 1]
    guard !isPretrained || known.contains(alpha) else {
      throw GraftError(
        .invalidArgument,
        """
        ImageNet weights exist for alpha 0.75 and 1, and for 1 if the network is minimalistic. Received: alpha \(alpha), \
        minimalistic \(minimalistic).
        """)
    }
  }

  func weights(for shape: Shape, includeTop: Bool) throws -> WeightEntry { file(includeTop: includeTop) }

  private func file(includeTop: Bool) -> WeightEntry {
    let model = "\(size)\(minimalistic ? "_minimalistic" : "")_224_\(alpha)_float"
    let digests = Self.digests[model]
    return .keras(
      kerasFolder("mobilenet_v3"), "weights_mobilenet_v3_\(model)\(includeTop ? "" : "_no_top_v2").h5",
      digest: includeTop ? digests?.0 : digests?.1)
  }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input
    if includePreprocessing { x = Rescaling(scale: Float(1 / 127.5), offset: -1)(x) }
    x = x.convolution(16, 3, strides: 2, padding: .same, useBias: false, name: "conv")
    x = activated(normalized(x, "conv_bn"), isHard: true)
    for (index, block) in (size == .small ? Self.small : Self.large).enumerated() { x = self.block(x, block, index) }
    x = x.convolution(
      roundedChannels(Double(x.channels * 6)), 1, padding: .same, useBias: false, name: "conv_1")
    return activated(normalized(x, "conv_1_bn"), isHard: true)
  }

  private func block(_ input: SymbolicTensor, _ block: Block, _ index: Int) -> SymbolicTensor {
    let prefix = index == 0 ? "expanded_conv_" : "expanded_conv_\(index)_"
    let kernel = minimalistic ? 3 : block.kernel
    let expanded = roundedChannels(Double(input.channels) * block.expansion)
    let filters = roundedChannels(block.filters * alpha)
    var x = input
    if index > 0 {
      x = x.convolution(expanded, 1, padding: .same, useBias: false, name: prefix + "expand")
      x = activated(normalized(x, prefix + "expand_bn"), isHard: block.isHard)
    }
    if block.stride == 2 { x = x.padded(x.correctPadding(kernel), name: prefix + "depthwise_pad") }
    x = x.depthwise(
      Extent(kernel), strides: Extent(block.stride), padding: block.stride == 1 ? .same : .valid,
      name: prefix + "depthwise")
    x = activated(normalized(x, prefix + "depthwise_bn"), isHard: block.isHard)
    if block.squeezes, !minimalistic { x = squeezed(x, expanded, prefix + "squeeze_excite_") }
    x = x.convolution(filters, 1, padding: .same, useBias: false, name: prefix + "project")
    x = normalized(x, prefix + "project_bn")
    return block.stride == 1 && input.channels == filters ? x.added(to: input, name: prefix + "add") : x
  }

  private func squeezed(_ input: SymbolicTensor, _ filters: Int, _ prefix: String) -> SymbolicTensor {
    let x = input.averaged(keepDimensions: true, name: prefix + "avg_pool")
      .convolution(roundedChannels(Double(filters) * 0.25), 1, padding: .same, name: prefix + "conv")
      .rectified(name: prefix + "relu")
      .convolution(filters, 1, padding: .same, name: prefix + "conv_1")
    // Keras writes the hard sigmoid as arithmetic, whose operations have names of their own.
    let shifted = Rescaling(scale: 1, offset: 3, name: LayerNames.next("Add"))(x)
    let gate = Rescaling(scale: 1 / 6, name: LayerNames.next("Multiply"))(shifted.rectified(maxValue: 6))
    return Multiply(name: prefix + "mul")([input, gate])
  }

  private func normalized(_ x: SymbolicTensor, _ name: String) -> SymbolicTensor {
    x.normalized(momentum: 0.999, name: name)
  }

  private func activated(_ x: SymbolicTensor, isHard: Bool) -> SymbolicTensor {
    isHard && !minimalistic ? x.activated(.hardSwish) : x.rectified()
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    let units = size == .small ? 1024 : 1280
    var x = features.averaged(keepDimensions: true)
    x = x.convolution(
      alpha > 1 ? roundedChannels(Double(units) * alpha) : units, 1, padding: .same, name: "conv_2")
    x = activated(x, isHard: true)
    if dropoutRate > 0 { x = x.dropped(dropoutRate) }
    x = Flatten()(x.convolution(classes, 1, padding: .same, name: "logits"))
    return x.activated(activation, name: "predictions")
  }
}
