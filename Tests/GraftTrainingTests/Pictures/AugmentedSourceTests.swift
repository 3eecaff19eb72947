import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// Pictures in several views, and the targets that belong to them.
@Suite struct AugmentedSourceTests {
  private let folder: PictureFolder
  private let pictures: ImageSource
  private let labels: [Int]

  /// Pictures of one colour each, so that a mixed one shows the shares of its classes.
  init() throws {
    folder = try PictureFolder(perClass: 5, spread: 0)
    let images = try folder.images()
    labels = images.files.map(\.classIndex)
    pictures = try ImageSource(
      images.files.map(\.path), shape: [24, 24, 3], preprocessing: .scaledToMinusOneToOne, fit: .stretch)
  }

  private func oneHot() throws -> Tensor {
    try Targets(classIndices: labels, classes: 3, loss: .categoricalCrossentropy).tensor
  }

  private func load(_ source: AugmentedSource, _ index: Int) -> Tensor {
    Tensor(shape: [24 * 24, 3]) { elements in
      elements.initialize(repeating: .nan)
      #expect(source.makeLoader().load(index, into: elements) == nil)
    }
  }

  /// The colour that a row of a target stands for, in the network's units.
  private func color(_ row: Tensor) -> [Float] {
    (0..<3).map { channel in
      let mixed = (0..<3).reduce(Float(0)) { $0 + row[0, $1] * Float(PictureFolder.colors[$1][channel]) }
      return mixed / 127.5 - 1
    }
  }

  @Test(arguments: [AugmentationOperation.mixup(alpha: 1), .cutmix(alpha: 1)]) func labelsAreMixedAsPicturesAre(
    _ operation: AugmentationOperation
  ) throws {
    let views = 4
    let source = AugmentedSource(pictures, augmentation: try Augmentation([operation]), seed: 3, views: views)
    #expect(source.count == 15 * views)
    let targets = try source.targets(oneHot())
    #expect(targets.shape == [15 * views, 3])
    var mixed = 0
    for index in 0..<source.count {
      let row = targets.rows(index..<(index + 1))
      #expect(abs(row.elements.reduce(0, +) - 1) < 1e-6)
      if row.elements.allSatisfy({ $0 < 0.95 }) { mixed += 1 }
      // The picture's mean colour is that of the label: each pixel is rounded to a step of 1 / 127.5.
      let picture = load(source, index)
      let expected = color(row)
      for channel in 0..<3 {
        let mean = (0..<(24 * 24)).reduce(Float(0)) { $0 + picture[$1, channel] } / Float(24 * 24)
        #expect(abs(mean - expected[channel]) <= 0.51 / 127.5, "row \(index), channel \(channel)")
      }
    }
    // Two in three partners are of another class, and nine in ten shares lie within.
    #expect(mixed > source.count / 3)
  }

  @Test func withoutMixingLabelsAreRepeated() throws {
    let source = AugmentedSource(pictures, augmentation: .light, seed: 3, views: 3)
    let (targets, plain) = (try source.targets(oneHot()), try oneHot())
    for sample in 0..<15 {
      for view in 0..<3 {
        let row = sample * 3 + view
        #expect(targets.rows(row..<(row + 1)) == plain.rows(sample..<(sample + 1)))
      }
    }
    let indices = labels.map { Float($0) }
    let repeated = try source.targets(Tensor(indices))
    #expect(repeated == Tensor(indices.flatMap { [$0, $0, $0] }))
  }

  @Test func classIndicesCannotBeMixed() throws {
    let expected = GraftError(
      .invalidArgument,
      "Mixed pictures have mixed classes, which class indices cannot say. Compile with categoricalCrossentropy.")
    let source = AugmentedSource(pictures, augmentation: try Augmentation([.mixup()]), seed: 3, views: 2)
    let indices = Tensor(labels.map { Float($0) })
    #expect(throws: expected) { try source.targets(indices) }
  }

  @Test func aRunSaysSoBeforeItsFirstStep() async throws {
    let images = try folder.images()
    for isTrainable in [true, false] {
      let network = try PictureModel()
      network.base.isTrainable = isTrainable
      try network.model.compile(loss: .sparseCategoricalCrossentropy)
      let error = await #expect(throws: GraftError.self) {
        try await network.model.fit(images, augmentation: Augmentation([.cutmix()]), progress: .silent)
      }
      #expect(error?.code == .invalidArgument)
      #expect(error?.message.hasPrefix("Mixed pictures have mixed classes") == true)
    }
  }

  @Test func viewsDifferAndAreRepeatable() throws {
    let noisy = try PictureFolder(perClass: 2)
    let paths = try noisy.images().files.map(\.path)
    let source = try ImageSource(paths, shape: [24, 24, 3], preprocessing: .scaledToMinusOneToOne, fit: .stretch)
    let first = AugmentedSource(source, augmentation: .standard, seed: 5, views: 3)
    let again = AugmentedSource(source, augmentation: .standard, seed: 5, views: 3)
    let other = AugmentedSource(source, augmentation: .standard, seed: 6, views: 3)
    let more = AugmentedSource(source, augmentation: .standard, seed: 5, views: 5)
    for sample in 0..<paths.count {
      let views = (0..<3).map { load(first, sample * 3 + $0) }
      #expect(views[0] != views[1] && views[1] != views[2] && views[0] != views[2])
      for view in 0..<3 {
        #expect(load(again, sample * 3 + view) == views[view])
        #expect(load(other, sample * 3 + view) != views[view])
        // How many views there are changes none of them.
        #expect(load(more, sample * 5 + view) == views[view])
      }
    }
  }
}
