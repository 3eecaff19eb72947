public import GraftCore
internal import GraftFormats
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
public final class MobileNetV2: Model {
  /// Makes the network.
  ///
  /// - Parameters:
  ///   - weights: Keras's ImageNet weights, a file, or nil for first weights drawn by Keras's initialisers.
  ///   - includeTop: Whether the classifier is part of the network.
  ///   - inputShape: Height, width and channels; at least 32×32. Default: 224×224×3.
  ///   - alpha: The width multiplier.
  ///   - pooling: Without a top: what follows the last convolution.
  ///   - classes: The number of classes of the top.
  ///   - classifierActivation: The activation of the top.
  ///   - name: The network's name; by default Keras's, such as `mobilenetv2_1.00_224`.
  ///   - progress: Called while weights are downloaded.
  /// - Throws: `GraftError.invalidArgument` for what Keras refuses, too; `GraftError.network` if weights cannot be had.
  public init(
    weights: PretrainedWeights? = .imageNet, includeTop: Bool = true, inputShape: Shape? = nil, alpha: Double = 1,
    pooling: FeaturePooling? = nil, classes: Int = 1000, classifierActivation: Activation = .softmax,
    name: String? = nil, progress: WeightCache.Progress? = nil
  ) async throws {
    let defaultSide = MobileNetV2Catalogue.defaultSide(inputShape)
    let shape = try ApplicationChecks.inputShape(
      inputShape, defaultSide: defaultSide, minimumSide: 32, requiresDefault: includeTop && weights == .imageNet,
      requiresRGB: weights == .imageNet)
    try ApplicationChecks.classes(classes, includeTop: includeTop, weights: weights)
    guard alpha > 0, alpha <= 100 else {
      throw GraftError(.invalidArgument, "alpha must lie above 0 and be at most 100. Received: \(alpha).")
    }

    let input = Input(shape: shape, preprocessing: .scaledToMinusOneToOne)
    let trunk = MobileNetV2Trunk(alpha: alpha).build(input)
    let output =
      includeTop
      ? Dense(classes, activation: classifierActivation, name: "predictions")(GlobalAveragePooling2D()(trunk))
      : pooling.map { $0.layer()(trunk) } ?? trunk

    let side = weights == .imageNet ? try MobileNetV2Catalogue.side(for: shape, alpha: alpha) : shape[0]
    super.init(inputs: input, outputs: output, name: name ?? "mobilenetv2_\(alpha.twoDecimals)_\(side)")
    try check()

    switch weights {
    case nil: provenance = "MobileNetV2 with random first weights"
    case .file(let path):
      // A file may hold a top that was not asked for.
      try loadWeights(from: path, allowExtra: !includeTop)
      provenance = "MobileNetV2 with the weights of \(path)"
    case .imageNet:
      let entry = MobileNetV2Catalogue.entry(alpha: alpha, side: side, includeTop: includeTop)
      try loadWeights(from: try await WeightCache.standard.path(of: entry, progress: progress))
      provenance = "MobileNetV2 with Keras's ImageNet weights (\(entry.fileName))"
    }
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
