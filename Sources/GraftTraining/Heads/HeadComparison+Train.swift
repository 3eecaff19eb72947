internal import GraftCore
public import GraftImages
public import GraftLayers
public import GraftStore

extension HeadComparison {
  /// Puts the better head on a base: features of all pictures, comparison, and the whole network with the head that was
  /// chosen, trained on all of them.
  ///
  /// Parameters and errors are those of `LinearHead.train(on:base:)`; `dense` says how the dense head is made and trained.
  ///
  /// ```swift
  /// let trained = try await HeadComparison.train(on: photos, base: base)
  /// print(trained.comparison?.reason ?? "")
  /// ```
  public static func train(
    on images: ImageSet, base: Model, dense: DenseHeadRecipe = DenseHeadRecipe(),
    linear: LinearHeadOptions = LinearHeadOptions(), fit: ImageFit = .stretch, maximumBadFiles: Int = 0,
    store: FeatureStore? = nil, progress: (@Sendable (HeadProgress) -> Void)? = nil
  ) async throws -> TrainedHead {
    try linear.check()
    let features = try await HeadFeatures.extract(
      images, base: base, fit: fit, maximumBadFiles: maximumBadFiles, store: store, progress: progress)
    return try await train(on: features, base: base, dense: dense, linear: linear, progress: progress)
  }

  /// Compares the two on features that are there already, and gives the linear head on all of them.
  package static func compare(
    on features: HeadFeatures, dense: DenseHeadRecipe, linear: LinearHeadOptions,
    progress: (@Sendable (HeadProgress) -> Void)? = nil
  ) async throws -> (comparison: HeadComparison, linear: LinearHeadFit) {
    try await compare(try features.samples(linear), dense, linear) { progress?(.fitting(done: $0, total: $1)) }
  }

  /// The same on features that are there already.
  package static func train(
    on features: HeadFeatures, base: Model, dense: DenseHeadRecipe, linear: LinearHeadOptions,
    progress: (@Sendable (HeadProgress) -> Void)? = nil
  ) async throws -> TrainedHead {
    let began = ContinuousClock.now
    let samples = try features.samples(linear)
    let (comparison, fit) = try await compare(samples, dense, linear) { progress?(.fitting(done: $0, total: $1)) }
    let model: Model
    var history: History?
    switch comparison.choice {
    case .linear: model = try LinearHead.model(fit, on: base, classes: samples.classes)
    case .dense:
      let layers = HeadLayers(units: dense.units, classes: samples.classes, base: base)
      history = try await DenseHead.train(
        layers.model(features: samples.features.shape[1]), samples, rows: Array(samples.labels.indices), dense)
      model = try layers.model(on: base)
    }
    return TrainedHead(
      model: model, kind: comparison.choice, fit: comparison.choice == .linear ? fit : nil, history: history,
      comparison: comparison, badFiles: features.badFiles, extractionSeconds: features.seconds,
      trainingSeconds: began.secondsSince)
  }
}
