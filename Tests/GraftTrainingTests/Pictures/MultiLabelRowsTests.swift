import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// Training on pictures with labels is training on rows of zeros and ones.
@Suite struct MultiLabelRowsTests {
  private func images(_ folder: PictureFolder) throws -> MultiLabelImageSet {
    let files = try folder.images().files.map {
      MultiLabelImageFile(
        path: $0.path, relativePath: $0.relativePath, labels: $0.classIndex == 0 ? [0, 2] : [$0.classIndex - 1],
        digest: $0.digest)
    }
    return MultiLabelImageSet(labelNames: ["warm", "dark", "sand"], files: files)
  }

  @Test func fitIsThatOfTheSameRows() async throws {
    let folder = try PictureFolder(perClass: 4)
    let images = try images(folder)
    let model = try PictureModel()
    try model.model.compile(optimizer: .sgd(learningRate: 0.1), loss: .binaryCrossentropy, metrics: [.accuracy])
    let history = try await model.model.fit(
      images, epochs: 2, batchSize: 5, validation: images, test: images, seed: 3, progress: .silent)

    let features = try await PictureModel().base.features(of: folder.images())
    let head = try PictureModel.headAlone()
    try head.compile(optimizer: .sgd(learningRate: 0.1), loss: .binaryCrossentropy, metrics: [.accuracy])
    let targets = try Targets(labels: images, outputs: 3).tensor
    let expected = try await head.fit(
      features, targets, epochs: 2, batchSize: 5, validation: (features, targets), seed: 3, progress: .silent)
    for name in ["loss", "accuracy", "val_loss", "val_accuracy"] {
      for (own, other) in zip(history[name], expected[name]) { #expect(abs(own - other) <= 1e-6, "\(name)") }
      #expect(history[name].count == 2)
    }
    #expect(history.test?.count == 12)
    let evaluation = try await model.model.evaluate(images)
    #expect(abs(evaluation.loss - (history.test?.loss ?? .nan)) <= 1e-6)
  }

  @Test func augmentationChangesWhatIsSeen() async throws {
    let folder = try PictureFolder(perClass: 4)
    let images = try images(folder)
    func losses(_ augmentation: Augmentation) async throws -> [Double] {
      let model = try PictureModel().model
      try model.compile(loss: .binaryCrossentropy)
      return try await model.fit(images, epochs: 2, augmentation: augmentation, views: 2, progress: .silent)["loss"]
    }
    let plain = try await losses(.none)
    #expect(try await losses(.none) == plain)
    #expect(try await losses(Augmentation([.randomBrightness(0.3)])) != plain)
    // Mixed pictures have mixed labels.
    #expect(try await losses(Augmentation([.mixup(alpha: 1)])) != plain)
  }
}
