import GraftCore
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// A run in one of the ways that Graft trains, to be interrupted and resumed.
struct ResumeCase: Sendable, CustomTestStringConvertible {
  /// All that a run comes to.
  struct Outcome: Equatable {
    var weights: [String: Tensor]
    var optimizer: OptimizerSnapshot?
    var values: [[String: Double]]
    var validation: [String: Double]?
    var stopReason: String?
    var trainCount: Int

    init(_ model: Model, _ history: History) throws {
      weights = try model.weights()
      optimizer = try model.compiled.optimizerState
      values = history.epochs.map(\.values)
      validation = history.validation?.values
      stopReason = history.stopReason
      trainCount = history.trainCount
    }
  }

  let testDescription: String
  let epochs: Int
  let stepsPerEpoch: Int
  let makeModel: @Sendable () throws -> Model
  let callbacks: [any TrainingCallback]
  /// Begins a run of so many epochs.
  let begin: @Sendable (Model, Int, [any TrainingCallback], TrainingCheckpoints?) throws -> TrainingEvents

  /// Runs to the end.
  func run(
    epochs: Int? = nil, crash: Crash = Crash(), _ checkpoints: TrainingCheckpoints? = nil, model: Model? = nil
  ) async throws -> Outcome {
    let model = try model ?? makeModel()
    var history = History()
    for try await event in try begin(model, epochs ?? self.epochs, callbacks + [crash], checkpoints) {
      if case .finished(let result) = event { history = result }
    }
    return try Outcome(model, history)
  }
}

extension ResumeCase {
  static let all = [head, stopping, bank, live, frozenNorms]

  /// A head with every kind of state, on arrays.
  static let head = ResumeCase(
    testDescription: "head", epochs: 3, stepsPerEpoch: 4,
    makeModel: {
      let model = try Heads.normalized()
      try model.compile(
        optimizer: .adam(
          learningRate: .cosineDecay(0.05, decaySteps: 9), amsgrad: true, useEMA: true, emaMomentum: 0.8,
          emaOverwriteFrequency: 5),
        metrics: [.accuracy, .f1(), .areaUnderROC, .calibrationError])
      return model
    },
    callbacks: [ReduceLROnPlateau(factor: 0.5, patience: 1, minimumDelta: 10)],
    begin: { model, epochs, callbacks, checkpoints in
      let (x, y) = Heads.data(60)
      return try model.training(
        on: x, y, epochs: epochs, batchSize: 13, validationSplit: 0.2, seed: 5, classWeight: [0: 1, 1: 3, 2: 0.5],
        sampleWeight: Tensor((0..<60).map { 0.5 + Float($0 % 4) }), callbacks: callbacks, checkpoints: checkpoints)
    })

  /// A head that gets worse, and ends with the weights of its best epoch.
  static let stopping = ResumeCase(
    testDescription: "early stopping", epochs: 9, stepsPerEpoch: 3,
    makeModel: {
      let model = try Heads.small()
      try model.compile(optimizer: .sgd(learningRate: 3, momentum: 0.9), metrics: [.accuracy])
      return model
    },
    callbacks: [EarlyStopping(patience: 2, restoreBestWeights: true)],
    begin: { model, epochs, callbacks, checkpoints in
      let (x, y) = Heads.data(36)
      return try model.training(
        on: x, y, epochs: epochs, batchSize: 12, validation: Heads.data(20, name: "others"), seed: 8,
        callbacks: callbacks, checkpoints: checkpoints)
    })

  private static func training(
    _ model: Model, _ epochs: Int, _ callbacks: [any TrainingCallback], _ checkpoints: TrainingCheckpoints?,
    _ augmentation: Augmentation = .none, classWeight: ClassWeights? = nil
  ) throws -> TrainingEvents {
    let (train, validation) = (try PictureFolder(perClass: 4), try PictureFolder(perClass: 2))
    return try model.training(
      on: train.images(), epochs: epochs, batchSize: 5, validation: validation.images(), seed: 3,
      classWeight: classWeight, augmentation: augmentation, callbacks: callbacks + [Holder(train, validation)],
      checkpoints: checkpoints)
  }

  /// A head on a frozen base, with a bank of augmented views.
  static let bank = ResumeCase(
    testDescription: "bank of views", epochs: 3, stepsPerEpoch: 3,
    makeModel: {
      let model = try PictureModel().model
      try model.compile(optimizer: .rmsprop(learningRate: 0.01, momentum: 0.9, centered: true))
      return model
    }, callbacks: [],
    begin: { model, epochs, callbacks, checkpoints in
      try training(
        model, epochs, callbacks, checkpoints,
        Augmentation([.randomFlip(.horizontal), .randomRotation(0.1), .randomBrightness(0.3)]), classWeight: .balanced)
    })

  /// A whole network with its batch norms in training, on pictures that are augmented anew in every epoch.
  static let live = ResumeCase(
    testDescription: "live pictures", epochs: 3, stepsPerEpoch: 3,
    makeModel: {
      let pictures = try PictureModel()
      pictures.base.unfreeze(batchNorm: .train)
      try pictures.model.compile(
        optimizer: .adamW(learningRate: 0.01, weightDecay: 0.1, globalClipNorm: 1), metrics: [.accuracy])
      return pictures.model
    }, callbacks: [],
    begin: { model, epochs, callbacks, checkpoints in
      try training(
        model, epochs, callbacks, checkpoints,
        Augmentation([.randomFlip(.horizontal), .randomContrast(0.3), .mixup(alpha: 0.4)]))
    })

  /// A whole network with its batch norms frozen: batches are cut into parts.
  static let frozenNorms = ResumeCase(
    testDescription: "frozen batch norms", epochs: 2, stepsPerEpoch: 3,
    makeModel: {
      let pictures = try PictureModel()
      pictures.base.unfreeze(batchNorm: .frozen)
      try pictures.model.compile(
        optimizer: .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.01), metrics: [.accuracy])
      return pictures.model
    }, callbacks: [],
    begin: { model, epochs, callbacks, checkpoints in try training(model, epochs, callbacks, checkpoints) })
}

/// Holds folders of pictures for as long as the run that reads them.
struct Holder: TrainingCallback {
  private let folders: [PictureFolder]

  init(_ folders: PictureFolder...) { self.folders = folders }
}
