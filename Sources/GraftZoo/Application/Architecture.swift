internal import GraftCore
internal import GraftFormats
internal import GraftGraph
internal import GraftLayers

/// What makes one network of the zoo: a row of its family's table with what its layers are made from.
protocol Architecture: Sendable {
  /// What is known of the network: names, numbers, files.
  var facts: ZooFacts { get }
  /// What turns pictures into the input.
  var preprocessing: Preprocessing { get }
  /// The smallest height and width.
  var minimumSide: Int { get }
  /// Whether the top with ImageNet weights works for the default size alone.
  var topNeedsDefaultSide: Bool { get }

  /// The side that an input shape stands for where sizes matter.
  func defaultSide(for shape: Shape?) -> Int
  /// The network's name if nobody gives it one.
  func networkName(for shape: Shape, isPretrained: Bool) -> String
  /// Throws if the options that only this family has cannot work.
  func checkOptions(isPretrained: Bool) throws
  /// The file of ImageNet weights.
  func weights(for shape: Shape, includeTop: Bool) throws -> WeightEntry
  /// Who published the weights, for people.
  var publisherName: String { get }
  /// The network that a file of weights is for, where a family has variants that the file tells.
  func fitted(to path: String) throws -> any Architecture
  /// Gives a network the weights of a file, which may hold a top that was not asked for.
  func assign(_ path: String, to model: Model, includeTop: Bool) throws

  /// All up to the last feature map.
  func trunk(_ input: SymbolicTensor, isPretrained: Bool) -> SymbolicTensor
  /// The classifier.
  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor
  /// What stands in the classifier's place without a top.
  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor
}

extension Architecture {
  var minimumSide: Int { 32 }
  var topNeedsDefaultSide: Bool { true }
  func defaultSide(for shape: Shape?) -> Int { facts.imageSize }
  func networkName(for shape: Shape, isPretrained: Bool) -> String { facts.networkName }
  func checkOptions(isPretrained: Bool) throws {}
  var publisherName: String { "Keras" }
  func fitted(to path: String) throws -> any Architecture { self }

  func assign(_ path: String, to model: Model, includeTop: Bool) throws {
    guard try !StateDict.describes(path) else {
      throw GraftError(
        .unsupported,
        """
        '\(path)' has weights of torch; \(facts.className) reads Keras's (HDF5). Give the file itself as the base: its network \
        is recognised. `graft models` lists those of torch.
        """)
    }
    try model.loadWeights(from: path, allowExtra: !includeTop)
  }

  func weights(for shape: Shape, includeTop: Bool) throws -> WeightEntry { includeTop ? facts.withTop : facts.noTop }

  func top(_ features: SymbolicTensor, classes: Int, activation: Activation) -> SymbolicTensor {
    features.averaged(name: "avg_pool").dense(classes, activation: activation, name: "predictions")
  }

  func bottom(_ features: SymbolicTensor, pooling: FeaturePooling?) -> SymbolicTensor {
    switch pooling {
    case .average: features.averaged(name: "avg_pool")
    case .max: GlobalMaxPooling2D(name: "max_pool")(features)
    case nil: features
    }
  }
}
