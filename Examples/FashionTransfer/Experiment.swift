import Graft

/// Pre-trains on the old classes, then learns the new ones from few labels: with the pre-trained network, and without.
struct Experiment {
  let pictures: FashionPictures
  /// Labelled pictures of each new class.
  var labelsPerClass = 10
  /// How often the few are drawn anew: which ones they are matters more than anything else.
  var draws = 5
  var pretrainingEpochs = 8
  /// Of every way to learn the new classes.
  var epochs = 40
  /// Where the pre-trained network is kept.
  let file: String

  /// How well a way to learn some classes did, and how long it took.
  struct Outcome {
    let accuracy: Double
    let seconds: Double
  }

  /// What one seed gave: a pre-training, and an outcome per draw.
  struct Result {
    /// On the old classes.
    let pretraining: Outcome
    var fromScratch: [Outcome] = []
    var transferred: [Outcome] = []
    /// With the time of the transfer before it.
    var fineTuned: [Outcome] = []
  }

  func run(seed: UInt64) async throws -> Result {
    var result = Result(pretraining: try await RandomSeed.with(seed) { try await pretrain(seed: seed) })
    for draw in 0..<UInt64(draws) {
      let seed = 1000 * seed + draw
      let outcomes = try await RandomSeed.with(seed) { try await learnInThreeWays(seed: seed) }
      result.fromScratch.append(outcomes.fromScratch)
      result.transferred.append(outcomes.transferred)
      result.fineTuned.append(outcomes.fineTuned)
    }
    return result
  }

  /// Rates: each way has the best of those that were tried, in steps of about three.
  private func learnInThreeWays(
    seed: UInt64
  ) async throws -> (fromScratch: Outcome, transferred: Outcome, fineTuned: Outcome) {
    let labelled = pictures.labelled(perClass: labelsPerClass, seed: seed)
    let fromScratch = try await learn(SmallNetwork.make(classes: 5), labelled, seed, rate: 0.01)

    // The pre-trained network, frozen, is the base of the next one. The file brings its preprocessing.
    let first = try await GraftModel(contentsOf: file)
    let base = try BaseNetwork(first.model, source: file).model
    let predictions = Dense(5, activation: .softmax, name: "new_predictions")(base.output)
    let model = Model(inputs: base.input, outputs: predictions)
    let transferred = try await learn(model, labelled, seed, rate: 0.03)

    // The post's second half: with the new top in place, the last block may follow, in smaller steps.
    try base.unfreeze(from: "block_3_depthwise")
    let fineTuned = try await learn(model, labelled, seed, rate: 0.001)
    return (
      fromScratch, transferred,
      Outcome(accuracy: fineTuned.accuracy, seconds: transferred.seconds + fineTuned.seconds)
    )
  }

  private func pretrain(seed: UInt64) async throws -> Outcome {
    let model = SmallNetwork.make(classes: 5)
    let steps = pretrainingEpochs * ((pictures.old.train.count + 31) / 32)
    try model.compile(
      optimizer: .adam(learningRate: .cosineDecay(0.002, decaySteps: steps)), loss: .categoricalCrossentropy)
    let history = try await model.fit(
      pictures.old.train, epochs: pretrainingEpochs, validation: pictures.old.validation, seed: seed, progress: .silent)
    try await GraftModel(model, classNames: pictures.old.train.classNames).write(to: file)
    return Outcome(accuracy: history["val_accuracy"].last ?? .nan, seconds: history.seconds)
  }

  /// The same recipe for all: Adam, along half a cosine, as many epochs. The test pictures are looked at once, at the end.
  private func learn(_ model: Model, _ labelled: ImageSet, _ seed: UInt64, rate: Double) async throws -> Outcome {
    let steps = epochs * ((labelled.count + 15) / 16)
    try model.compile(
      optimizer: .adam(learningRate: .cosineDecay(rate, decaySteps: steps)), loss: .categoricalCrossentropy)
    let history = try await model.fit(labelled, epochs: epochs, batchSize: 16, seed: seed, progress: .silent)
    return Outcome(accuracy: try await model.evaluate(pictures.test).accuracy, seconds: history.seconds)
  }
}

extension History {
  /// From the first file to the last step.
  fileprivate var seconds: Double { extractionSeconds + trainingSeconds }
}
