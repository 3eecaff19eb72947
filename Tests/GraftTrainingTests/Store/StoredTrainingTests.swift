import Foundation
import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import GraftStore
import Testing

@testable import GraftTraining

/// A run with a store ends with the bits of a run without one.
@Suite struct StoredTrainingTests {
  /// What a run comes to.
  private struct Outcome: Equatable {
    let weights: [String: [Float]]
    let epochs: [[String: Double]]
    let test: [String: Double]?
  }

  private let folder: PictureFolder
  private let place = StorePlace()

  init() throws { folder = try PictureFolder(perClass: 8) }

  private func train(
    _ images: ImageSet, store: FeatureStore?, augmentation: Augmentation = .none, seed: UInt64 = 3, epochs: Int = 3,
    isFrozen: Bool = true
  ) async throws -> Outcome {
    let network = try PictureModel()
    if !isFrozen { network.base.isTrainable = true }
    try network.model.compile(optimizer: .adam(learningRate: 0.01))
    let history = try await network.model.fit(
      images, epochs: epochs, batchSize: 5, validationSplit: 0.25, test: images, seed: seed,
      augmentation: augmentation, views: augmentation.isEmpty ? nil : 2, store: store, progress: .silent)
    return Outcome(
      weights: try network.model.namedVariables().reduce(into: [:]) { $0[$1.name] = $1.variable.value.elements },
      epochs: history.epochs.map(\.values), test: history.test?.values)
  }

  @Test func aRunIsTheSameWithAndWithout() async throws {
    let images = try folder.images()
    let expected = try await train(images, store: nil)
    let first = place.store()
    #expect(try await train(images, store: first) == expected)
    // The test pictures are those of training and validation, in the same pass.
    #expect(first.counts.pair == [0, 48])
    try FileManager.default.removeItem(atPath: folder.path)
    let second = place.store()
    #expect(try await train(images, store: second) == expected)
    #expect(second.counts.pair == [48, 0])
    #expect(place.told.isEmpty)
  }

  @Test(arguments: ["flip,contrast=0.3", "rotation=0.1,mixup=0.4", "cutmix=1"])
  func viewsAreKeptByTheirNumbers(_ text: String) async throws {
    let images = try folder.images()
    let augmentation = try Augmentation(parsing: text)
    let expected = try await train(images, store: nil, augmentation: augmentation)
    let first = place.store()
    #expect(try await train(images, store: first, augmentation: augmentation) == expected)
    let rows = first.counts.new
    #expect(rows == 2 * 18 + 6 + 24 && first.counts.known == 0)
    // Another seed, another augmentation, another set: other views. What is not augmented is known.
    let others = [place.store(), place.store()]
    _ = try await train(images, store: others[0], augmentation: augmentation, seed: 4)
    #expect(others[0].counts.pair == [30, 36])
    _ = try await train(images, store: others[1], augmentation: Augmentation(parsing: "brightness=0.2"))
    #expect(others[1].counts.pair == [30, 36])

    try FileManager.default.removeItem(atPath: folder.path)
    let second = place.store()
    #expect(try await train(images, store: second, augmentation: augmentation) == expected)
    #expect(second.counts.pair == [rows, 0])
  }

  @Test func whatIsDecodedInEveryEpochIsTheSame() async throws {
    let images = try folder.images()
    let augmentation = try Augmentation(parsing: "flip,contrast=0.3")
    let expected = try await train(images, store: nil, augmentation: augmentation, isFrozen: false)
    for _ in 0..<2 {
      let store = place.store()
      #expect(try await train(images, store: store, augmentation: augmentation, isFrozen: false) == expected)
      // Pictures are no features.
      #expect(store.counts.pair == [0, 0])
    }
  }

  @Test func evaluationIsTheSame() async throws {
    let images = try folder.images()
    let network = try PictureModel()
    try network.model.compile(metrics: [.accuracy, .areaUnderROC])
    let expected = try await network.model.evaluate(images)
    for counts in [[0, 24], [24, 0]] {
      let store = place.store()
      let evaluation = try await network.model.evaluate(images, store: store)
      #expect(evaluation.values == expected.values && evaluation.confusion == expected.confusion)
      #expect(store.counts.pair == counts)
    }
    // A trained top on the same base knows them, too.
    let store = place.store()
    _ = try await train(images, store: store)
    #expect(store.counts.pair == [48, 0])
  }

  @Test func headsShareTheFeatures() async throws {
    let images = try folder.images()
    let network = try PictureModel()
    let expected = try await LinearHead.train(on: images, base: network.base)
    let stores = [place.store(), place.store(), place.store()]
    for store in stores.prefix(2) {
      let trained = try await LinearHead.train(on: images, base: network.base, store: store)
      #expect(trained.fit?.kernel == expected.fit?.kernel && trained.fit?.bias == expected.fit?.bias)
    }
    _ = try await HeadComparison.train(
      on: images, base: network.base, dense: DenseHeadRecipe(units: 4, epochs: 2), store: stores[2])
    #expect(stores.map(\.counts.pair) == [[0, 24], [24, 0], [24, 0]])
    let store = place.store()
    _ = try await train(images, store: store)
    #expect(store.counts.pair == [48, 0])
  }

  @Test func aStoreThatCannotBeUsedCostsNothingButItsUse() async throws {
    let images = try folder.images()
    let expected = try await train(images, store: nil)
    try folder.write([1], to: "amber/file.txt")
    let warnings = WarningLog()
    let store = FeatureStore(at: folder.path + "/amber/file.txt", warn: warnings.add)
    #expect(try await train(images, store: store) == expected)
    #expect(try await train(images, store: store) == expected)
    #expect(warnings.all.count == 1, "\(warnings.all)")
  }

  @Test func picturesWithLabels() async throws {
    let images = try folder.images()
    let labels = MultiLabelImageSet(
      labelNames: images.classNames,
      files: images.files.map {
        MultiLabelImageFile(path: $0.path, relativePath: $0.relativePath, labels: [$0.classIndex], digest: $0.digest)
      })
    for counts in [[0, 24], [48, 0]] {
      let network = try PictureModel()
      try network.model.compile(loss: .binaryCrossentropy)
      let store = place.store()
      try await network.model.fit(labels, validationSplit: 0.25, store: store, progress: .silent)
      if counts[0] > 0 { _ = try await network.model.evaluate(labels, store: store) }
      #expect(store.counts.pair == counts)
    }
  }
}
