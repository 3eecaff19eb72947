import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// Training and judging on pictures that carry several labels.
@Suite struct MultiLabelFitTests {
  /// Labels that colours decide: warm is amber, cold is blue or cyan, bright is amber or cyan.
  private func images(_ folder: PictureFolder) throws -> MultiLabelImageSet {
    let labels = [[0, 2], [1], [1, 2]]
    let files = try folder.images().files.map {
      MultiLabelImageFile(
        path: $0.path, relativePath: $0.relativePath, labels: labels[$0.classIndex], digest: $0.digest)
    }
    return MultiLabelImageSet(labelNames: ["warm", "cold", "bright"], files: files)
  }

  private func model() throws -> Model {
    let base = try PictureModel().base
    let predictions = Dense(3, activation: .sigmoid, name: "labels")(base.output)
    let model = Model(inputs: base.input, outputs: predictions)
    try model.compile(optimizer: .adam(learningRate: 0.05), loss: .binaryCrossentropy, metrics: [.accuracy, .f1()])
    return model
  }

  @Test func fitLearnsLabelsAndEvaluateAgrees() async throws {
    let folder = try PictureFolder(perClass: 12)
    let (model, images) = (try model(), try images(folder))
    let history = try await model.fit(
      images, epochs: 30, batchSize: 8, validationSplit: 0.25, augmentation: .light, views: 2, progress: .silent)
    #expect(history.epochs.count == 30)
    #expect(try #require(history["val_accuracy"].last) > 0.95)
    let (train, validation) = try images.split(validation: 0.25, seed: 0)
    #expect(history.trainCount == train.count && history.validationCount == validation.count)
    let evaluation = try await model.evaluate(validation)
    #expect(abs(evaluation.loss - (try #require(history["val_loss"].last))) <= 1e-5)
    #expect(evaluation.accuracy == history["val_accuracy"].last)
    #expect(evaluation.report.classes.count == 3)
  }

  @Test func labelsMustBeTheSameInAllParts() async throws {
    let folder = try PictureFolder(perClass: 3)
    let (model, images) = (try model(), try images(folder))
    let other = MultiLabelImageSet(labelNames: ["cold", "warm", "bright"], files: images.files)
    await #expect(throws: GraftError.self) { try await model.fit(images, validation: other, progress: .silent) }
  }
}
