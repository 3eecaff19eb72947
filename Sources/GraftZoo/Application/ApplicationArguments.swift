internal import GraftCore
internal import GraftFormats
internal import GraftGraph
internal import GraftLayers

/// The arguments that all constructors of the zoo share.
struct ApplicationArguments: Sendable {
  var weights: PretrainedWeights? = .imageNet
  var includeTop = true
  var inputShape: Shape?
  var pooling: FeaturePooling?
  var classes = 1000
  var classifierActivation = Activation.softmax
  var name: String?
  var progress: WeightCache.Progress?
}

extension Architecture {
  /// Checks the arguments as Keras does, builds the network, and gives it its weights.
  func network(_ arguments: ApplicationArguments) async throws -> Model {
    if case .file(let path) = arguments.weights { return try await fitted(to: path).made(arguments) }
    return try await made(arguments)
  }

  private func made(_ arguments: ApplicationArguments) async throws -> Model {
    let isPretrained = arguments.weights == .imageNet
    let shape = try ApplicationChecks.inputShape(
      arguments.inputShape, defaultSide: defaultSide(for: arguments.inputShape), minimumSide: minimumSide,
      requiresDefault: arguments.includeTop && isPretrained && topNeedsDefaultSide, requiresRGB: isPretrained)
    try ApplicationChecks.top(arguments)
    try checkOptions(isPretrained: isPretrained)
    let entry = isPretrained ? try weights(for: shape, includeTop: arguments.includeTop) : nil

    let input = Input(shape: shape, preprocessing: preprocessing)
    let features = trunk(input, isPretrained: isPretrained)
    let output =
      arguments.includeTop
      ? top(features, classes: arguments.classes, activation: arguments.classifierActivation)
      : bottom(features, pooling: arguments.pooling)
    let model = Model(
      inputs: input, outputs: output, name: arguments.name ?? networkName(for: shape, isPretrained: isPretrained))
    try model.check()

    if let entry {
      let path = try await WeightCache.standard.path(of: entry, progress: arguments.progress)
      try assign(path, to: model, includeTop: arguments.includeTop)
      model.provenance = "\(facts.className) with \(publisherName)'s ImageNet weights (\(entry.fileName))"
    } else if case .file(let path) = arguments.weights {
      try assign(path, to: model, includeTop: arguments.includeTop)
      model.provenance = "\(facts.className) with the weights of \(path)"
    } else {
      model.provenance = "\(facts.className) with random first weights"
    }
    return model
  }
}
