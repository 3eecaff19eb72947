internal import GraftCore
internal import GraftGraph
public import GraftImages
public import GraftLayers
public import GraftStore

extension Model {
  /// Trains on pictures with any number of labels each: keras.Model.fit with rows of zeros and ones.
  ///
  /// The network needs an output with a sigmoid per label, and a loss that asks for each label by itself.
  ///
  /// ```swift
  /// let photos = try TagTable("tags.csv").images
  /// let predictions = Dense(photos.labelNames.count, activation: .sigmoid)(x)
  /// try model.compile(loss: .binaryCrossentropy)
  /// try await model.fit(photos, epochs: 10, validationSplit: 0.2)
  /// ```
  ///
  /// Parameters and errors are those of `fit` on pictures with one class each.
  @discardableResult
  public func fit(
    _ images: MultiLabelImageSet, epochs: Int = 1, batchSize: Int = 32, validation: MultiLabelImageSet? = nil,
    validationSplit: Double? = nil, test: MultiLabelImageSet? = nil, shuffle: Bool = true, seed: UInt64 = 0,
    fit: ImageFit = .stretch, maximumBadFiles: Int = 0, augmentation: Augmentation = .none, views: Int? = nil,
    callbacks: [any TrainingCallback] = [], checkpoints: TrainingCheckpoints? = nil, store: FeatureStore? = nil,
    progress: ProgressDisplay = .terminal
  ) async throws -> History {
    try await drain(
      training(
        on: images, epochs: epochs, batchSize: batchSize, validation: validation, validationSplit: validationSplit,
        test: test, shuffle: shuffle, seed: seed, fit: fit, maximumBadFiles: maximumBadFiles,
        augmentation: augmentation, views: views, callbacks: callbacks, checkpoints: checkpoints,
        store: store), progress)
  }

  /// The same as `fit` on pictures with labels, as a sequence of events.
  public func training(
    on images: MultiLabelImageSet, epochs: Int = 1, batchSize: Int = 32, validation: MultiLabelImageSet? = nil,
    validationSplit: Double? = nil, test: MultiLabelImageSet? = nil, shuffle: Bool = true, seed: UInt64 = 0,
    fit: ImageFit = .stretch, maximumBadFiles: Int = 0, augmentation: Augmentation = .none, views: Int? = nil,
    callbacks: [any TrainingCallback] = [], checkpoints: TrainingCheckpoints? = nil, store: FeatureStore? = nil
  ) throws -> TrainingEvents {
    var train = images
    var validation = validation
    if let validationSplit {
      guard validation == nil else {
        throw GraftError(.invalidArgument, "Give either validation or validationSplit. Received: both.")
      }
      (train, validation) = try images.split(validation: validationSplit, seed: seed)
    }
    for (use, part) in [("validation", validation), ("test", test)] {
      guard let part, part.labelNames != train.labelNames else { continue }
      throw GraftError(
        .invalidArgument,
        """
        The labels of the \(use) pictures must be those of the training pictures, in their order. Expected: \
        \(train.labelNames.joined(separator: ", ")). Received: \(part.labelNames.joined(separator: ", ")).
        """)
    }
    return try training(
      options: TrainingOptions(
        epochs: epochs, batchSize: batchSize, shuffles: shuffle, seed: seed, maximumBadFiles: maximumBadFiles,
        callbacks: callbacks, augmentation: augmentation, views: views, store: store, checkpoints: checkpoints),
      train: labelled(train, fit), validation: validation.map { try labelled($0, fit) },
      test: test.map { try labelled($0, fit) })
  }

  /// Judges the model on pictures with any number of labels each: keras.Model.evaluate.
  public func evaluate(
    _ images: MultiLabelImageSet, fit: ImageFit = .stretch, maximumBadFiles: Int = 0, store: FeatureStore? = nil,
    progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
  ) async throws -> Evaluation {
    try await evaluate(labelled(images, fit), maximumBadFiles, store, progress)
  }

  /// Pictures as samples for this network, with a row of zeros and ones as each one's target.
  ///
  /// - Throws: `GraftError.invalidArgument` unless the network has an output per label and its loss takes labels.
  func labelled(_ images: MultiLabelImageSet, _ fit: ImageFit) throws -> LabelledSamples {
    let loss = try compiled.loss
    guard loss.targetForm == .labels || loss.kind == .meanSquaredError else {
      throw GraftError(
        .invalidArgument,
        """
        Pictures with several labels need a loss that asks for each label by itself, such as binaryCrossentropy, and \
        outputs with a sigmoid. Received: \(loss.kind.rawValue).
        """)
    }
    let source = try ImageSource(
      images.files.map(\.path), digests: images.files.map(\.digest), shape: input.shape, preprocessing: preprocessing,
      fit: fit)
    return LabelledSamples(
      source: source, targets: try Targets(labels: images, outputs: try classCount), pictures: source)
  }
}
