import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import GraftRuntime
import Testing

@testable import GraftTraining

/// Training all of a convolutional network on pictures, which are decoded and varied anew in every epoch.
@Suite struct WholeNetworkTests {
  private let folder: PictureFolder
  private let train: ImageSet
  private let held: ImageSet

  init() throws {
    folder = try PictureFolder(perClass: 14)
    (train, held) = try folder.images().split(validation: 0.3, seed: 4)
  }

  private func expectSame(_ evaluation: Evaluation?, _ other: Evaluation) throws {
    let evaluation = try #require(evaluation)
    #expect(evaluation.count == other.count && evaluation.confusion == other.confusion)
    #expect(evaluation.values.keys.sorted() == other.values.keys.sorted())
    for (name, value) in evaluation.values {
      let difference = abs(value - (other[name] ?? .nan))
      #expect(difference <= 1e-5 * max(1, abs(value)), "\(name)")
    }
  }

  @Test func everyWeightLearnsAndValidationIsEvaluate() async throws {
    let model = try TinyNetwork.make(dropout: 0.1)
    try model.compile(optimizer: .adam(learningRate: 0.01), metrics: [.accuracy, .topKAccuracy(2)])
    let before = try model.weights()
    let history = try await model.fit(
      train, epochs: 8, batchSize: 8, validation: held, test: train, seed: 2,
      augmentation: Augmentation([.randomFlip(.horizontal), .randomBrightness(0.1)]), progress: .silent)
    for (name, value) in try model.weights() { #expect(value != before[name], "\(name)") }
    let losses = history["loss"]
    #expect(losses.count == 8 && losses[7] < 0.5 * losses[0], "\(losses)")
    // Three colours with noise are easily told apart: by chance it would be a third.
    #expect(try #require(history["val_accuracy"].last) > 0.9, "\(history["val_accuracy"])")

    // Validation runs the region with its weights folded, evaluation the whole network.
    try expectSame(history.validation, await model.evaluate(held))
    #expect(history.validation?.values == lastValidation(history))
    try expectSame(history.test, await model.evaluate(train))
  }

  /// The last epoch's `val_` values under their own names.
  private func lastValidation(_ history: History) -> [String: Double] {
    Dictionary(
      uniqueKeysWithValues: (history.epochs.last?.values ?? [:]).filter { $0.key.hasPrefix("val_") }
        .map { (String($0.key.dropFirst("val_".count)), $0.value) })
  }

  @Test func frozenNormalizationsStayAndValidationIsEvaluate() async throws {
    let model = try TinyNetwork.make()
    try model.unfreeze(from: "first_depthwise", batchNorm: .frozen)
    try model.compile(optimizer: .sgd(learningRate: 0.02, momentum: 0.9))
    let before = try model.weights()
    let history = try await model.fit(
      train, epochs: 4, batchSize: 8, validation: held, seed: 2, augmentation: .standard, views: 2, progress: .silent)
    let trained: Set = [
      "first_depthwise/kernel", "first_project/kernel", "second_expand/kernel", "second_depthwise/kernel",
      "second_project/kernel", "last/kernel", "classes/kernel", "classes/bias",
    ]
    for (name, value) in try model.weights() {
      #expect((value != before[name]) == trained.contains(name), "\(name)")
    }
    #expect(history["loss"][3] < history["loss"][0])
    try expectSame(history.validation, await model.evaluate(held))
  }

  /// Without an augmentation pictures are kept: what is trained on is the same.
  @Test func keptPicturesTrainAsLiveOnes() async throws {
    let source = try TinyNetwork.make()
    try source.compile()
    let samples = try source.labelled(train, .stretch)
    let pictures = try #require(samples.pictures)
    let table = try await FeatureTable.extract(Regions(source.graph()).frozen, from: samples.source)
    let (kept, live) = (
      PreparedSet(.table(table.columns), targets: samples.targets.tensor),
      PreparedSet(.live(pictures), targets: samples.targets.tensor)
    )
    #expect(!kept.isLive && live.isLive && kept.count == live.count)
    let region = try TrainableRegion(source.graph(), loss: .categoricalCrossentropy, targetShape: [3])
    let weights = try [kept, live].map { set in
      let trainer = Trainer(
        region,
        configuration: Compilation(
          optimizer: .sgd(learningRate: 0.01), loss: .categoricalCrossentropy, metrics: [.accuracy]),
        classes: 3, set: set, workers: 2)
      for _ in 0..<3 {
        let isFinite = try trainer.step(Array(0..<11)[...]) { _ in 0 }
        #expect(isFinite)
      }
      return trainer.store.snapshot()
    }
    #expect(weights[0] == weights[1])
  }
}
