public import GraftCore
public import GraftGraph
public import GraftLayers

/// A constructor of keras.applications whose network scales pixels itself, unless it is told not to.
///
/// ```swift
/// let base = try await EfficientNetV2S(includeTop: false, inputShape: [384, 384, 3], pooling: .average)
/// ```
public struct PreprocessingApplication: Sendable {
  let architecture: @Sendable (_ includePreprocessing: Bool) -> any Architecture

  init(_ architecture: @escaping @Sendable (Bool) -> any Architecture) { self.architecture = architecture }

  /// What is known of the network without building it.
  public var entry: ZooEntry { ZooEntry(architecture(true).facts) }

  /// Makes the network.
  ///
  /// - Parameters:
  ///   - weights: Keras's ImageNet weights, a file, or nil for first weights drawn by Keras's initialisers.
  ///   - includeTop: Whether the classifier is part of the network.
  ///   - inputShape: Height, width and channels. By default the network's own size in three colours.
  ///   - pooling: Without a top: what follows the last feature map.
  ///   - classes: The number of classes of the top.
  ///   - classifierActivation: The activation of the top; with weights softmax, or `.linear` for logits.
  ///   - includePreprocessing: Whether the network's first layers scale pixels from 0…255. If not, the input layer says how
  ///     pictures become the input, so that they are scaled once in either case.
  ///   - name: The network's name; by default Keras's.
  ///   - progress: Called while weights are downloaded.
  /// - Throws: `GraftError.invalidArgument` for what Keras refuses, too; `GraftError.network` if weights cannot be had.
  public func callAsFunction(
    weights: PretrainedWeights? = .imageNet, includeTop: Bool = true, inputShape: Shape? = nil,
    pooling: FeaturePooling? = nil, classes: Int = 1000, classifierActivation: Activation = .softmax,
    includePreprocessing: Bool = true, name: String? = nil, progress: WeightCache.Progress? = nil
  ) async throws -> Model {
    try await architecture(includePreprocessing).network(
      ApplicationArguments(
        weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
        classifierActivation: classifierActivation, name: name, progress: progress))
  }
}
