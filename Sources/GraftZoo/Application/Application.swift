public import GraftCore
public import GraftGraph
public import GraftLayers

/// A constructor of a network, to be called like those of keras.applications.
///
/// Names, defaults and checks are Keras's; layers and their names are Keras's or torch's, as the constructor says. What turns pictures into the input belongs to the network's
/// input layer and travels with it.
///
/// ```swift
/// let base = try await ResNet50(weights: .imageNet, includeTop: false, pooling: .average)
/// base.isTrainable = false
/// ```
public struct Application: Sendable {
  let architecture: any Architecture

  init(_ architecture: any Architecture) { self.architecture = architecture }

  /// What is known of the network without building it.
  public var entry: ZooEntry { ZooEntry(architecture.facts) }

  /// Makes the network.
  ///
  /// - Parameters:
  ///   - weights: The publisher's ImageNet weights, a file, or nil for first weights drawn by Keras's initialisers.
  ///   - includeTop: Whether the classifier is part of the network.
  ///   - inputShape: Height, width and channels. By default the network's own size in three colours.
  ///   - pooling: Without a top: what follows the last feature map.
  ///   - classes: The number of classes of the top.
  ///   - classifierActivation: The activation of the top; with weights softmax, or `.linear` for logits.
  ///   - name: The network's name; by default Keras's.
  ///   - progress: Called while weights are downloaded.
  /// - Throws: `GraftError.invalidArgument` for what Keras refuses, too; `GraftError.network` if weights cannot be had.
  public func callAsFunction(
    weights: PretrainedWeights? = .imageNet, includeTop: Bool = true, inputShape: Shape? = nil,
    pooling: FeaturePooling? = nil, classes: Int = 1000, classifierActivation: Activation = .softmax,
    name: String? = nil, progress: WeightCache.Progress? = nil
  ) async throws -> Model {
    try await architecture.network(
      ApplicationArguments(
        weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling, classes: classes,
        classifierActivation: classifierActivation, name: name, progress: progress))
  }
}
