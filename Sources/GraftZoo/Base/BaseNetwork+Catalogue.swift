public import GraftCore
internal import GraftFormats
public import GraftGraph
public import GraftLayers

extension BaseNetwork {
  /// The networks that can be asked for by name, with all that is known of them without building one.
  public static var catalogue: [ZooEntry] { Zoo.architectures.map { ZooEntry($0.facts) } }

  /// The names of `catalogue`.
  public static var families: [String] { Zoo.architectures.map(\.facts.name) }

  /// What is known of the network with a name, written as in `families` or as its constructor.
  public static func entry(named name: String) -> ZooEntry? {
    Zoo.architecture(named: name).map { ZooEntry($0.facts) }
  }

  /// The same, for whom there must be one.
  ///
  /// - Throws: `GraftError.fileNotFound`, naming the nearest names.
  public static func requiredEntry(named name: String) throws -> ZooEntry {
    guard let entry = entry(named: name) else { throw unknown(name) }
    return entry
  }

  /// Makes a network of the zoo, where its name alone is known.
  ///
  /// - Parameters:
  ///   - name: As in `families`, or as the constructor: `resnet50-v2`, `ResNet50V2`.
  ///   - weights: The published ImageNet weights, a file, or nil for first weights drawn by Keras's initialisers.
  ///   - includeTop: Whether the classifier is part of the network.
  ///   - inputShape: Height, width and channels. By default the network's own size in three colours.
  ///   - pooling: Without a top: what follows the last feature map.
  ///   - classifierActivation: The activation of the top; with weights softmax, or `.linear` for logits.
  ///   - progress: Called while weights are downloaded.
  /// - Throws: `GraftError.fileNotFound` if there is no such network, and what its constructor throws.
  public static func network(
    named name: String, weights: PretrainedWeights? = .imageNet, includeTop: Bool = true, inputShape: Shape? = nil,
    pooling: FeaturePooling? = nil, classifierActivation: Activation = .softmax,
    progress: WeightCache.Progress? = nil
  ) async throws -> Model {
    guard let architecture = Zoo.architecture(named: name) else { throw unknown(name) }
    return try await architecture.network(
      ApplicationArguments(
        weights: weights, includeTop: includeTop, inputShape: inputShape, pooling: pooling,
        classifierActivation: classifierActivation, progress: progress))
  }

  static func unknown(_ name: String) -> GraftError {
    let similar = families.sorted { $0.editDistance(to: name) < $1.editDistance(to: name) }.prefix(3)
    return GraftError(
      .fileNotFound,
      """
      The base "\(name)" is neither a network of the zoo nor a file that exists. The nearest names: \
      \(similar.joined(separator: ", ")). `graft models` lists all \(families.count).
      """)
  }
}
