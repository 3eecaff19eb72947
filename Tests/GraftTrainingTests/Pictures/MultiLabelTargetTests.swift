import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

@Suite struct MultiLabelTargetTests {
  private func images() throws -> MultiLabelImageSet {
    let folder = try PictureFolder(perClass: 2)
    let files = try folder.images().files.enumerated().map { index, file in
      MultiLabelImageFile(
        path: file.path, relativePath: file.relativePath, labels: [[], [0], [2, 0], [1], [0, 1, 2], [2]][index],
        digest: file.digest)
    }
    return MultiLabelImageSet(labelNames: ["warm", "dark", "sea"], files: files)
  }

  @Test func rowsOfZerosAndOnes() throws {
    let targets = try Targets(labels: images(), outputs: 3).tensor
    #expect(targets == Tensor([[0, 0, 0], [1, 0, 0], [1, 0, 1], [0, 1, 0], [1, 1, 1], [0, 0, 1]]))
  }

  @Test func samplesOfAModel() throws {
    let model = try PictureModel().model
    let images = try images()
    // One class of several is not what these pictures have.
    try model.compile(loss: .categoricalCrossentropy)
    #expect(throws: GraftError.self) { try model.labelled(images, .stretch) }
    try model.compile(loss: .binaryCrossentropy)
    let samples = try model.labelled(images, .stretch)
    #expect(samples.source.count == 6)
    #expect(samples.targets.tensor.shape == [6, 3])
    #expect(samples.classNames == nil)
    let two = MultiLabelImageSet(labelNames: ["warm", "dark"], files: [])
    #expect(throws: GraftError.self) { try model.labelled(two, .stretch) }
  }
}
