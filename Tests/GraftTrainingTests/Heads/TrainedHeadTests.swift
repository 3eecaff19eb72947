import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Heads on a base, from pictures to a whole network.
@Suite struct TrainedHeadTests {
  @Test func linearHeadIsAnOrdinaryDenseLayer() async throws {
    let folder = try PictureFolder(perClass: 8)
    // The same picture under another name: it may not be on both sides of a fold.
    try folder.write(PictureFolder.picture(label: 0, number: 0), to: "amber/again.bmp")
    let images = try folder.images()
    let base = try PictureModel().base
    let trained = try await LinearHead.train(on: images, base: base)
    #expect(trained.kind == .linear)
    #expect(trained.history == nil)
    let fit = try #require(trained.fit)

    let features = try await base.features(of: images)
    let alone = try await LinearHead.fit(
      features: features, classIndices: images.files.map(\.classIndex), classes: 3,
      options: LinearHeadOptions(regularizations: [fit.regularization]))
    #expect(alone.kernel == fit.kernel)
    let head = try #require(try trained.model.layer(named: "head_predictions") as? Dense)
    #expect(head.activation == .softmax)
    #expect(head.variables[0].value == fit.kernel)
    #expect(head.variables[1].value == fit.bias)
    #expect(trained.model.layers.count == base.layers.count + 1)

    try trained.model.compile(loss: .sparseCategoricalCrossentropy)
    let evaluation = try await trained.model.evaluate(images)
    #expect(evaluation.accuracy == 1)
    let artifact = try GraftModel(trained.model, classNames: images.classNames)
    let path = folder.path + ".graft"
    try await artifact.write(to: path)
    let predictor = try await Predictor.contents(of: path)
    #expect(try await predictor.predict(images.files[0].path).className == "amber")
  }

  /// Names and order of files decide nothing: folds, and with them the choice, follow contents.
  @Test func foldsFollowContents() async throws {
    let folder = try PictureFolder(perClass: 10)
    let images = try folder.images()
    let base = try PictureModel().base
    let options = LinearHeadOptions(regularizations: [0.01, 1])
    let reversed = images.subset(images.files.indices.reversed())
    let first = try await LinearHead.train(on: images, base: base, options: options)
    let second = try await LinearHead.train(on: reversed, base: base, options: options)
    let scores = try #require(first.fit?.scores)
    for (a, b) in zip(scores, try #require(second.fit?.scores)) {
      #expect(abs(a.logLoss - b.logLoss) < 1e-4)
      #expect(a.accuracy == b.accuracy)
    }
  }

  @Test func comparisonTrainsWhatItChose() async throws {
    let folder = try PictureFolder(perClass: 8)
    try folder.write([1, 2, 3], to: "blue/broken.bmp")
    let images = try folder.images()
    let base = try PictureModel().base
    await #expect(throws: GraftError.self) { _ = try await HeadComparison.train(on: images, base: base) }
    let trained = try await HeadComparison.train(
      on: images, base: base, dense: DenseHeadRecipe(units: 4, epochs: 1), maximumBadFiles: 1)
    #expect(trained.badFiles.count == 1)
    let comparison = try #require(trained.comparison)
    #expect(trained.kind == comparison.choice)
    // One epoch of one step per fold: the linear head cannot be beaten.
    #expect(comparison.choice == .linear)
    #expect(trained.fit?.foldCount == 5)
  }

  @Test func denseHeadIsTheSameOnFeaturesAsOnPictures() async throws {
    let folder = try PictureFolder(perClass: 6)
    let images = try folder.images()
    let recipe = DenseHeadRecipe(units: 8, epochs: 3, batchSize: 4, seed: 5, optimizer: .adam(learningRate: 0.01))
    let base = try PictureModel().base
    let layers = HeadLayers(units: 8, classes: 3, base: base)
    let features = try await HeadFeatures.extract(
      images, base: base, fit: .stretch, maximumBadFiles: 0, progress: nil)
    let samples = try features.samples(LinearHeadOptions())
    _ = try await DenseHead.train(layers.model(features: 8), samples, rows: Array(0..<images.count), recipe)
    let cached = try layers.model(on: base).weights()

    let whole = try HeadLayers(units: 8, classes: 3, base: base).model(on: base)
    try whole.compile(optimizer: .adam(learningRate: 0.01), loss: .sparseCategoricalCrossentropy)
    try await whole.fit(images, epochs: 3, batchSize: 4, seed: 5, progress: .silent)
    let trained = try whole.weights()
    #expect(Set(cached.keys) == Set(trained.keys))
    for (name, value) in cached { #expect(value == trained[name], "\(name)") }
  }

  @Test func baseMustGiveFeatures() async throws {
    let folder = try PictureFolder(perClass: 2)
    let model = try PictureModel()
    let pictures = Model(inputs: model.base.input, outputs: try model.base.layer(named: "conv_relu").output)
    await #expect(throws: GraftError.self) {
      _ = try await LinearHead.train(on: try folder.images(), base: pictures)
    }
  }
}
