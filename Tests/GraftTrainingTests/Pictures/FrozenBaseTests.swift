import GraftCore
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// A frozen base runs once per picture, and that changes nothing.
@Suite struct FrozenBaseTests {
  private let folder: PictureFolder
  private let images: ImageSet

  init() throws {
    folder = try PictureFolder(perClass: 7)
    images = try folder.images()
  }

  @Test func everyPictureIsLoadedOnce() async throws {
    let model = try PictureModel().model
    try model.compile()
    let (train, held) = try images.split(validation: 0.3, seed: 1)
    let samples = try [train, held, images].map { try model.labelled($0, .stretch) }
    let sources = samples.map { WatchedSource($0.source) }
    let parts = zip(samples, sources).map { $0.replacing($1) }
    var history: History?
    for try await event in try model.training(
      options: TrainingOptions(epochs: 5), train: parts[0], validation: parts[1], test: parts[2])
    {
      if case .finished(let result) = event { history = result }
    }
    #expect(history?.epochs.count == 5)
    for source in sources { #expect(source.loads == [Int](repeating: 1, count: source.count)) }
  }

  @Test func theHeadAloneOnFeaturesLearnsTheSame() async throws {
    let whole = try PictureModel()
    try whole.model.compile(metrics: [.accuracy, .topKAccuracy(2)])
    let head = try PictureModel.headAlone()
    try head.compile(metrics: [.accuracy, .topKAccuracy(2)])
    let (train, held) = try images.split(validation: 0.3, seed: 1)
    let onPictures = try await whole.model.fit(
      train, epochs: 6, batchSize: 4, validation: held, seed: 5, progress: .silent)
    let onFeatures = try await head.fit(
      whole.base.features(of: train), oneHot(train), epochs: 6, batchSize: 4,
      validation: (whole.base.features(of: held), oneHot(held)), seed: 5, progress: .silent)
    #expect(onPictures.epochs.map(\.values) == onFeatures.epochs.map(\.values))
    #expect(
      try whole.model.weights().filter { $0.key.contains("hidden") || $0.key.contains("classes") } == head.weights())
  }

  @Test func runningTheBaseInEveryEpochChangesNothing() async throws {
    let (cached, repeated) = (try PictureModel().model, try PictureModel().model)
    try cached.compile()
    try repeated.compile()
    let once = try await cached.fit(images, epochs: 4, batchSize: 8, shuffle: false, progress: .silent)
    var losses: [Double] = []
    for _ in 0..<4 {
      losses += try await repeated.fit(images, batchSize: 8, shuffle: false, progress: .silent)["loss"]
    }
    #expect(once["loss"] == losses)
    #expect(try cached.weights() == repeated.weights())
  }

  @Test func theBaseStaysAsItIs() async throws {
    let whole = try PictureModel()
    let before = try whole.base.weights()
    try whole.model.compile(optimizer: .adam(learningRate: 0.01))
    let history = try await whole.model.fit(images, epochs: 15, batchSize: 8, progress: .silent)
    #expect(try whole.base.weights() == before)
    #expect(try #require(history["loss"].last) < history["loss"][0])
    #expect(history["accuracy"].last == 1)
  }

  @Test func testPicturesAreJudgedAsEvaluateDoes() async throws {
    let model = try PictureModel().model
    try model.compile(optimizer: .adam(learningRate: 0.003), metrics: [.accuracy, .topKAccuracy(2)])
    let (train, held) = try images.split(validation: 0.4, seed: 2)
    let history = try await model.fit(train, epochs: 2, test: held, progress: .silent)
    let test = try #require(history.test)
    let evaluation = try await model.evaluate(held)
    #expect(test.confusion == evaluation.confusion)
    #expect(test.values.keys.sorted() == ["accuracy", "loss", "top_2_accuracy"])
    // The same network in other kernels: the region behind features here, the folded whole there.
    for (name, value) in test.values { #expect(abs(value - (evaluation[name] ?? .nan)) < 1e-6, "\(name)") }
    #expect(evaluation["accuracy"] == evaluation.accuracy)
    #expect(evaluation.count == held.count)
  }

  @Test func aSplitOfPicturesIsTheSetsSplit() async throws {
    let (split, parted) = (try PictureModel().model, try PictureModel().model)
    try split.compile()
    try parted.compile()
    let (train, held) = try images.split(validation: 0.3, seed: 9)
    let one = try await split.fit(images, epochs: 2, validationSplit: 0.3, seed: 9, progress: .silent)
    let other = try await parted.fit(train, epochs: 2, validation: held, seed: 9, progress: .silent)
    #expect(one.epochs.map(\.values) == other.epochs.map(\.values))
    #expect(one.trainCount == train.count && one.validationCount == held.count)
  }
}
