internal import GraftCore
public import GraftImages
public import GraftLayers
public import GraftStore

extension LinearHead {
  /// Puts a linear head on a base: features of all pictures, fit, and the whole network.
  ///
  /// - Parameters:
  ///   - images: The pictures to train on. Equal pictures are never parted in cross-validation.
  ///   - base: A network that gives a row of features per picture. It is taken as it is, in inference.
  ///   - options: Regularisation, folds, seed.
  ///   - fit: How pictures of other proportions fill the input.
  ///   - maximumBadFiles: How many unreadable files are set aside before it is an error.
  ///   - store: Where features are kept and found; by default nowhere.
  ///   - progress: Called from other threads.
  /// - Throws: `GraftError`; `CancellationError` if the task is cancelled.
  ///
  /// ```swift
  /// let base = try await MobileNetV2(weights: .imageNet, includeTop: false, pooling: .average)
  /// let trained = try await LinearHead.train(on: photos, base: base)
  /// try await GraftModel(trained.model, classNames: photos.classNames).write(to: "flowers.graft")
  /// ```
  public static func train(
    on images: ImageSet, base: Model, options: LinearHeadOptions = LinearHeadOptions(), fit: ImageFit = .stretch,
    maximumBadFiles: Int = 0, store: FeatureStore? = nil, progress: (@Sendable (HeadProgress) -> Void)? = nil
  ) async throws -> TrainedHead {
    try options.check()
    let features = try await HeadFeatures.extract(
      images, base: base, fit: fit, maximumBadFiles: maximumBadFiles, store: store, progress: progress)
    return try await train(on: features, base: base, options: options, progress: progress)
  }

  /// The same on features that are there already.
  package static func train(
    on features: HeadFeatures, base: Model, options: LinearHeadOptions,
    progress: (@Sendable (HeadProgress) -> Void)? = nil
  ) async throws -> TrainedHead {
    let fit = try await fit(on: features, options: options, progress: progress)
    return TrainedHead(
      model: try model(fit, on: base, classes: fit.bias.count), kind: .linear, fit: fit, history: nil,
      comparison: nil, badFiles: features.badFiles, extractionSeconds: features.seconds, trainingSeconds: fit.seconds)
  }

  /// Fits a head on features that are there already.
  package static func fit(
    on features: HeadFeatures, options: LinearHeadOptions, progress: (@Sendable (HeadProgress) -> Void)? = nil
  ) async throws -> LinearHeadFit {
    let samples = try features.samples(options)
    let counter = FitCounter(total: total(samples, options)) { progress?(.fitting(done: $0, total: $1)) }
    return try await fit(samples, options, counter).fit
  }

  /// The whole network with a fitted head.
  package static func model(_ fit: LinearHeadFit, on base: Model, classes: Int) throws -> Model {
    let layers = HeadLayers(classes: classes, base: base)
    let model = try layers.model(on: base)
    try fit.assign(to: layers.predictions)
    return model
  }
}
