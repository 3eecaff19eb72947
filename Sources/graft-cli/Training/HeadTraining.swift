internal import Graft

/// The first phase of a run: the new top on the frozen base.
struct HeadTraining {
  let options: TrainCommand
  let photos: TrainingPhotos
  let base: BaseNetwork
  /// Where features are kept and found.
  let store: FeatureStore?

  /// Says which kind of top is taken, and fits the linear one.
  func choose() async throws -> (choice: HeadChoice, features: HeadFeatures?) {
    let kind = try options.headChoice
    guard let images = photos.train.classes, kind != .dense else {
      let reason =
        kind == .auto ? "dense: the linear head gives every picture one class, not labels." : nil
      return (HeadChoice(kind: .dense, reason: reason), nil)
    }
    let counters = (pictures: ProgressCounter("Pictures"), heads: ProgressCounter("Heads"))
    let progress: @Sendable (HeadProgress) -> Void = {
      switch $0 {
      case .extracting(let done, let total): counters.pictures.show(done, of: total)
      case .fitting(let done, let total): counters.heads.show(done, of: total)
      }
    }
    let features = try await HeadFeatures.extract(
      images, base: base.model, fit: options.base.fit,
      maximumBadFiles: options.pictures.maxBad - photos.badFiles.count, store: store, progress: progress)
    let linear = LinearHeadOptions(
      seed: options.pictures.seed, classWeight: options.optimization.classWeight?.weights)
    guard kind == .auto else {
      let fit = try await LinearHead.fit(on: features, options: linear, progress: progress)
      return (HeadChoice(kind: .linear, fit: fit), features)
    }
    let optimization = options.optimization
    // In each of five folds four fifths of the pictures are trained on.
    let dense = DenseHeadRecipe(
      units: options.head.dense, epochs: optimization.epochs, batchSize: optimization.batchSize,
      seed: options.pictures.seed,
      optimizer: optimization.optimizer(
        rate: optimization.rate, epochs: optimization.epochs, pictures: max(1, features.images.count * 4 / 5)))
    let (comparison, fit) = try await HeadComparison.compare(
      on: features, dense: dense, linear: linear, progress: progress)
    let isLinear = comparison.choice == .linear
    return (HeadChoice(kind: comparison.choice, comparison: comparison, fit: isLinear ? fit : nil), features)
  }

  /// The base with a top: one that is to be trained, or the linear one.
  func network(_ choice: HeadChoice) throws -> Model {
    let classes = photos.classNames.count
    if let fit = choice.fit { return try LinearHead.model(fit, on: base.model, classes: classes) }
    return try HeadLayers(units: options.head.dense, classes: classes, task: photos.task, base: base.model)
      .model(on: base.model)
  }

  /// What the linear top's fit came to, as an epoch: it sees every picture once, if many times over.
  ///
  /// - Parameter model: The whole network, compiled.
  func record(
    _ fit: LinearHeadFit, _ features: HeadFeatures, _ model: Model, isLast: Bool
  ) async throws -> (record: EpochRecord, history: History) {
    let began = ContinuousClock.now
    let input = Input(shape: [features.tensor.shape[1]])
    let top = Dense(photos.classNames.count, activation: .softmax)
    let head = Model(inputs: input, outputs: top(input))
    try fit.assign(to: top)
    try head.compile(loss: .sparseCategoricalCrossentropy, metrics: [.accuracy])
    let labels = features.images.files.map { Float($0.classIndex) }
    let own = try await head.evaluate(features.tensor, Tensor(labels))
    var values = own.values
    var history = History()
    var bad = features.badFiles
    func evaluate(_ set: PictureSet) async throws -> Evaluation {
      let evaluation = try await model.evaluate(
        set, fit: options.base.fit, maximumBadFiles: options.pictures.maxBad - photos.badFiles.count - bad.count,
        store: store)
      bad += evaluation.badFiles
      return evaluation
    }
    let validation = try await evaluate(photos.validation)
    for (name, value) in validation.values { values["val_" + name] = value }
    if isLast, let test = photos.test { history.test = try await evaluate(test) }
    history.validation = validation
    history.badFiles = bad
    history.trainCount = features.images.count
    history.validationCount = validation.count
    history.extractionSeconds = features.seconds + began.secondsSince
    history.trainingSeconds = fit.seconds
    return (EpochRecord(epoch: 1, values: values, seconds: fit.seconds), history)
  }
}
