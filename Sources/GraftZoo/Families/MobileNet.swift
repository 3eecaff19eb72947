public import GraftCore
public import GraftGraph
public import GraftLayers

/// MobileNet (Howard et al., 2017), as keras.applications has it. Pictures enter as x / 127.5 − 1.
///
/// ```swift
/// let base = try await MobileNet(includeTop: false, inputShape: [128, 128, 3], alpha: 0.5, pooling: .average)
/// ```
///
/// - Parameters:
///   - weights: Keras's ImageNet weights, a file, or nil for first weights drawn by Keras's initialisers.
///   - includeTop: Whether the classifier is part of the network.
///   - inputShape: Height, width and channels; at least 32×32. Default: 224×224×3.
///   - alpha: The width multiplier; ImageNet weights exist for 0.25, 0.5, 0.75 and 1.
///   - depthMultiplier: Results of a depthwise convolution per channel; 1 with ImageNet weights.
///   - dropout: The part that is dropped before the last layer of the top.
///   - pooling: Without a top: what follows the last convolution.
///   - classes: The number of classes of the top.
///   - classifierActivation: The activation of the top; with weights softmax, or `.linear` for logits.
///   - name: The network's name; by default Keras's, such as `mobilenet_1.00_224`.
///   - progress: Called while weights are downloaded.
/// - Throws: `GraftError.invalidArgument` for what Keras refuses, too; `GraftError.network` if weights cannot be had.
public func MobileNet(
  weights: PretrainedWeights? = .imageNet, includeTop: Bool = true, inputShape: Shape? = nil, alpha: Double = 1,
  depthMultiplier: Int = 1, dropout: Double = 1e-3, pooling: FeaturePooling? = nil, classes: Int = 1000,
  classifierActivation: Activation = .softmax, name: String? = nil, progress: WeightCache.Progress? = nil
) async throws -> Model {
  try await MobileNetArchitecture(alpha: alpha, depthMultiplier: depthMultiplier, dropout: dropout).network(
    ApplicationArguments(
      weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
      classifierActivation: classifierActivation, name: name, progress: progress))
}

/// Keras's source: keras/src/applications/mobilenet.py.
struct MobileNetArchitecture: Architecture {
  var alpha = 1.0
  var depthMultiplier = 1
  var dropout = 1e-3

  /// (filters, stride) of the blocks.
  private static let blocks: [(filters: Double, stride: Int)] = [
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1),
    (1024, 2), (1024, 1),
  ]
  private static let sides = [128, 160, 192, 224]
  private static let alphas = [0.25: "2_5", 0.5: "5_0", 0.75: "7_5", 1: "1_0"]

  var facts: ZooFacts {
    ZooFacts(
      className: "MobileNet", name: "mobilenet", networkName: "mobilenet_1.00_224", imageSize: 224,
      parameters: (3_228_864, 4_253_864), accuracy: (70.4, 89.5), lastStage: "conv_dw_12",
      noTop: Self.file("1_0", 224, includeTop: false), withTop: Self.file("1_0", 224, includeTop: true))
  }

  private static func file(_ alpha: String, _ side: Int, includeTop: Bool) -> WeightEntry {
    .keras(kerasFolder("mobilenet"), "mobilenet_\(alpha)_\(side)_tf\(includeTop ? "" : "_no_top").h5")
  }

  var preprocessing: Preprocessing { .scaledToMinusOneToOne }

  func defaultSide(for shape: Shape?) -> Int {
    guard let shape, shape.rank == 3, shape[0] == shape[1], Self.sides.contains(shape[0]) else { return 224 }
    return shape[0]
  }

  func networkName(for shape: Shape, isPretrained: Bool) -> String {
    "mobilenet_\(alpha.twoDecimals)_\(isPretrained ? defaultSide(for: shape) : shape[0])"
  }

  func checkOptions(isPretrained: Bool) throws {
    guard alpha >= 1.0 / 32, alpha <= 100, depthMultiplier > 0 else {
      throw GraftError(
        .invalidArgument,
        """
        alpha must lie between 1/32 and 100, and depthMultiplier be positive. Received: alpha \(alpha), depthMultiplier \
        \(depthMultiplier).
        """)
    }
    guard !isPretrained || (depthMultiplier == 1 && Self.alphas[alpha] != nil) else {
      throw GraftError(
        .invalidArgument,
        """
        ImageNet weights exist for alpha 0.25, 0.5, 0.75, 1 and depthMultiplier 1. Received: alpha \(alpha), \
        depthMultiplier \(depthMultiplier).
        """)
    }
  }

  func weights(for shape: Shape, includeTop: Bool) throws -> WeightEntry {
    Self.file(Self.alphas[alpha] ?? "1_0", defaultSide(for: shape), includeTop: includeTop)
  }

  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor {
    var x = input.convolution(Int(32 * alpha), 3, strides: 2, padding: .same, useBias: false, name: "conv1")
    x = x.normalized(name: "conv1_bn").rectified(maxValue: 6, name: "conv1_relu")
    for (index, block) in Self.blocks.enumerated() {
      let (depthwise, pointwise) = ("conv_dw_\(index + 1)", "conv_pw_\(index + 1)")
      if block.stride == 2 { x = x.padded(Padding(bottom: 1, right: 1), name: "conv_pad_\(index + 1)") }
      x = x.depthwise(
        3, strides: Extent(block.stride), padding: block.stride == 1 ? .same : .valid, multiplier: depthMultiplier,
        name: depthwise)
      x = x.normalized(name: depthwise + "_bn").rectified(maxValue: 6, name: depthwise + "_relu")
      x = x.convolution(Int(block.filters * alpha), 1, padding: .same, useBias: false, name: pointwise)
      x = x.normalized(name: pointwise + "_bn").rectified(maxValue: 6, name: pointwise + "_relu")
    }
    return x
  }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    let x = features.averaged(keepDimensions: true).dropped(dropout, name: "dropout")
      .convolution(classes, 1, padding: .same, name: "conv_preds")
    return Reshape([classes], name: "reshape_2")(x).activated(activation, name: "predictions")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    pooling.map { $0.layer()(features) } ?? features
  }
}

extension Double {
  /// The number with two decimals, as Keras puts it into names.
  var twoDecimals: String {
    let hundredths = Int((self * 100).rounded())
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
