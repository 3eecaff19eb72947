public import GraftCore
internal import GraftGraph
public import GraftImages
public import GraftLayers
public import GraftStore

extension Model {
  /// Trains on pictures: keras.Model.fit.
  ///
  /// What is frozen runs once per picture, what is trainable in every epoch. Every file that cannot be read is found before
  /// the first step.
  ///
  /// - Parameters:
  ///   - images: The pictures to train on.
  ///   - epochs: How often each is seen.
  ///   - batchSize: Pictures per step. The last batch may be smaller; it is trained on as it is.
  ///   - validation: Pictures that are only watched.
  ///   - validationSplit: Instead of `validation`: the share of `images` that is only watched, by class and content.
  ///   - test: Pictures that are looked at once, after the last epoch.
  ///   - shuffle: Whether each epoch has its own order.
  ///   - seed: Decides splits and orders.
  ///   - fit: How pictures of other proportions fill the input.
  ///   - maximumBadFiles: How many unreadable files are set aside before it is an error.
  ///   - classWeight: How much the pictures of each class count in the loss.
  ///   - augmentation: How training pictures are varied; validation and test pictures never are.
  ///   - views: With an augmentation and a frozen base: how many variants of each picture go through the base, once each;
  ///     every epoch draws one of them. By default as many as epochs, up to 8. Where nothing is frozen before the trainable
  ///     part, every epoch has its own variants, and this does not matter.
  ///   - callbacks: What watches and steers the run.
  ///   - checkpoints: Where the run's state is kept, so that a killed run can be resumed.
  ///   - store: Where the frozen part's results are kept and found, so that no picture goes through it twice. By default
  ///     nowhere: a library writes to no folder that it was not given.
  ///   - progress: Where progress is shown.
  /// - Returns: Loss and metrics of every epoch.
  /// - Throws: `GraftError`; `CancellationError` if the task is cancelled. The model stays usable, with the weights of the
  ///   last complete epoch.
  @discardableResult
  public func fit(
    _ images: ImageSet, epochs: Int = 1, batchSize: Int = 32, validation: ImageSet? = nil,
    validationSplit: Double? = nil, test: ImageSet? = nil, shuffle: Bool = true, seed: UInt64 = 0,
    fit: ImageFit = .stretch, maximumBadFiles: Int = 0, classWeight: ClassWeights? = nil,
    augmentation: Augmentation = .none, views: Int? = nil,
    callbacks: [any TrainingCallback] = [], checkpoints: TrainingCheckpoints? = nil, store: FeatureStore? = nil,
    progress: ProgressDisplay = .terminal
  ) async throws -> History {
    try await drain(
      training(
        on: images, epochs: epochs, batchSize: batchSize, validation: validation, validationSplit: validationSplit,
        test: test, shuffle: shuffle, seed: seed, fit: fit, maximumBadFiles: maximumBadFiles,
        classWeight: classWeight, augmentation: augmentation, views: views, callbacks: callbacks,
        checkpoints: checkpoints, store: store), progress)
  }

  /// Trains on arrays: keras.Model.fit.
  ///
  /// - Parameters:
  ///   - x: Samples along the first axis.
  ///   - y: One-hot rows or class indices, as the loss wants them.
  ///   - epochs: How often each is seen.
  ///   - batchSize: Samples per step. The last batch may be smaller.
  ///   - validationSplit: The share of the samples, taken from the end before any shuffling, that is only watched.
  ///   - validation: Instead of a split: samples and targets that are only watched.
  ///   - shuffle: Whether each epoch has its own order.
  ///   - seed: Decides orders.
  ///   - classWeight: How much the samples of each class count in the loss.
  ///   - sampleWeight: How much each sample counts in the loss, (count). Both kinds multiply.
  ///   - callbacks: What watches and steers the run.
  ///   - checkpoints: Where the run's state is kept, so that a killed run can be resumed.
  ///   - progress: Where progress is shown.
  @discardableResult
  public func fit(
    _ x: Tensor, _ y: Tensor, epochs: Int = 1, batchSize: Int = 32, validation: (x: Tensor, y: Tensor)? = nil,
    validationSplit: Double? = nil, shuffle: Bool = true, seed: UInt64 = 0, classWeight: ClassWeights? = nil,
    sampleWeight: Tensor? = nil, callbacks: [any TrainingCallback] = [], checkpoints: TrainingCheckpoints? = nil,
    progress: ProgressDisplay = .terminal
  ) async throws -> History {
    try await drain(
      training(
        on: x, y, epochs: epochs, batchSize: batchSize, validation: validation, validationSplit: validationSplit,
        shuffle: shuffle, seed: seed, classWeight: classWeight, sampleWeight: sampleWeight, callbacks: callbacks,
        checkpoints: checkpoints), progress)
  }

  /// The same as `fit` on pictures, as a sequence of events.
  public func training(
    on images: ImageSet, epochs: Int = 1, batchSize: Int = 32, validation: ImageSet? = nil,
    validationSplit: Double? = nil, test: ImageSet? = nil, shuffle: Bool = true, seed: UInt64 = 0,
    fit: ImageFit = .stretch, maximumBadFiles: Int = 0, classWeight: ClassWeights? = nil,
    augmentation: Augmentation = .none, views: Int? = nil,
    callbacks: [any TrainingCallback] = [], checkpoints: TrainingCheckpoints? = nil, store: FeatureStore? = nil
  ) throws -> TrainingEvents {
    var train = images
    var validation = validation
    if let validationSplit {
      guard validation == nil else {
        throw GraftError(.invalidArgument, "Give either validation or validationSplit. Received: both.")
      }
      let split = try images.split(validation: validationSplit, seed: seed)
      (train, validation) = (split.train, split.validation)
    }
    for (use, part) in [("validation", validation), ("test", test)] {
      guard let part, part.classNames != train.classNames else { continue }
      throw GraftError(
        .invalidArgument,
        """
        The classes of the \(use) pictures must be those of the training pictures, in their order. Expected: \
        \(train.classNames.joined(separator: ", ")). Received: \(part.classNames.joined(separator: ", ")).
        """)
    }
    return try training(
      options: TrainingOptions(
        epochs: epochs, batchSize: batchSize, shuffles: shuffle, seed: seed, maximumBadFiles: maximumBadFiles,
        callbacks: callbacks, augmentation: augmentation, views: views, store: store, checkpoints: checkpoints),
      train: labelled(train, fit).weighted(classWeight, nil, loss: compiled.loss, outputs: classCount),
      validation: validation.map { try labelled($0, fit) },
      test: test.map { try labelled($0, fit) })
  }

  /// The same as `fit` on arrays, as a sequence of events.
  public func training(
    on x: Tensor, _ y: Tensor, epochs: Int = 1, batchSize: Int = 32, validation: (x: Tensor, y: Tensor)? = nil,
    validationSplit: Double? = nil, shuffle: Bool = true, seed: UInt64 = 0, classWeight: ClassWeights? = nil,
    sampleWeight: Tensor? = nil, callbacks: [any TrainingCallback] = [], checkpoints: TrainingCheckpoints? = nil
  ) throws -> TrainingEvents {
    var train = (x: x, y: y)
    var validation = validation
    var sampleWeight = sampleWeight
    if let validationSplit {
      guard validation == nil else {
        throw GraftError(.invalidArgument, "Give either validation or validationSplit. Received: both.")
      }
      guard validationSplit > 0, validationSplit < 1, x.shape.rank > 0 else {
        throw GraftError(.invalidArgument, "validationSplit must lie between 0 and 1. Received: \(validationSplit).")
      }
      _ = try labelled(x, y)
      // Keras keeps the first ⌊n (1 − share)⌋ samples.
      let kept = Int((Double(x.shape[0]) * (1 - validationSplit)).rounded(.down))
      train = (x.rows(0..<kept), y.rows(0..<kept))
      sampleWeight = try sampleWeight.map {
        guard $0.shape.rank > 0, $0.shape[0] == x.shape[0] else {
          throw GraftError(
            .shapeMismatch, "Sample weights need one number per sample, \(x.shape[0]). Received: \($0.shape).")
        }
        return $0.rows(0..<kept)
      }
      validation = (x.rows(kept..<x.shape[0]), y.rows(kept..<x.shape[0]))
    }
    return try training(
      options: TrainingOptions(
        epochs: epochs, batchSize: batchSize, shuffles: shuffle, seed: seed, callbacks: callbacks,
        checkpoints: checkpoints),
      train: labelled(train.x, train.y)
        .weighted(classWeight, sampleWeight, loss: compiled.loss, outputs: classCount),
      validation: validation.map { try labelled($0.x, $0.y) }, test: nil)
  }

  func training(
    options: TrainingOptions, train: LabelledSamples, validation: LabelledSamples?, test: LabelledSamples?
  ) throws -> TrainingEvents {
    try options.check()
    for (use, part) in [("train on", train), ("validate on", validation), ("test on", test)] {
      guard let part, part.source.count == 0 else { continue }
      throw GraftError(.invalidData, "There are no samples to \(use).")
    }
    let configuration = try compiled
    let classes = try classCount
    var options = options
    options.networkName = name
    let (graph, quantization) = try trainingGraph()
    let regions = Regions(graph)
    let region = try TrainableRegion(
      regions.trainable, loss: configuration.loss,
      targetShape: Targets.sampleShape(classes: classes, loss: configuration.loss))
    let job = TrainingJob(
      frozen: regions.frozen, region: region, configuration: configuration, options: options, train: train,
      validation: validation, test: test, classes: classes, quantization: quantization)
    return TrainingEvents(model: self, job: job)
  }

  func drain(_ events: TrainingEvents, _ progress: ProgressDisplay) async throws -> History {
    var display = ProgressRenderer(progress)
    var history = History()
    for try await event in events {
      display.show(event)
      if case .finished(let result) = event { history = result }
    }
    return history
  }
}
