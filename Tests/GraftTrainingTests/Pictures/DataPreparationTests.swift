import Foundation
import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import GraftTestSupport
import Synchronization
import Testing

@testable import GraftTraining

/// How a run's pictures come to the trainable region: as a bank of views behind a frozen base, or live.
@Suite struct DataPreparationTests {
  private let folder: PictureFolder
  private let network: PictureModel

  init() throws {
    folder = try PictureFolder(perClass: 4)
    network = try PictureModel()
    try network.model.compile()
  }

  private func options(
    epochs: Int = 2, _ augmentation: Augmentation = .none, views: Int? = nil, maximumBadFiles: Int = 0
  ) -> TrainingOptions {
    var options = TrainingOptions(epochs: epochs)
    options.augmentation = augmentation
    options.views = views
    options.maximumBadFiles = maximumBadFiles
    return options
  }

  private func prepare(
    _ options: TrainingOptions, _ parts: [LabelledSamples],
    progress: @escaping @Sendable (Int, Int) -> Void = { _, _ in }
  ) async throws -> (sets: [PreparedSet], badFiles: [BadFile]) {
    try await DataPreparation(
      frozen: Regions(network.model.graph()).frozen, options: options, parts: parts,
      progress: { progress($0.done, $0.total) }
    ).run()
  }

  private func samples(_ images: ImageSet? = nil) throws -> LabelledSamples {
    try network.model.labelled(images ?? folder.images(), .stretch)
  }

  @Test func aBankHasTheBasesResultsOnEveryView() async throws {
    let augmentation = try Augmentation([.randomFlip(.horizontal), .randomContrast(0.3), .mixup(alpha: 0.4)])
    let train = try samples().weighted([0: 1, 1: 3, 2: 0.5], nil, loss: .categoricalCrossentropy, outputs: 3)
    let held = try samples()
    let (sets, bad) = try await prepare(options(augmentation, views: 3), [train, held])
    #expect(bad.isEmpty)
    #expect(sets.map(\.views) == [3, 1])
    #expect(sets.map(\.count) == [12, 12])
    #expect(sets.map(\.isLive) == [false, false])
    #expect(sets[0].weights == [1, 1, 1, 1, 3, 3, 3, 3, 0.5, 0.5, 0.5, 0.5])

    let pictures = try #require(train.pictures)
    let augmented = AugmentedSource(pictures, augmentation: augmentation, seed: 0, views: 3)
    #expect(try sets[0].targets == augmented.targets(train.targets.tensor))
    let loader = augmented.makeLoader()
    let views = Tensor(shape: [36, 16, 16, 3]) { elements in
      elements.initialize(repeating: 0)
      for row in 0..<36 {
        let place = UnsafeMutableBufferPointer(rebasing: elements[(row * 768)..<((row + 1) * 768)])
        #expect(loader.load(row, into: place) == nil)
      }
    }
    guard case .table(let columns) = sets[0].storage, case .table(let plain) = sets[1].storage else {
      Issue.record("a bank is a table")
      return
    }
    #expect(columns.count == 1 && columns[0].shape == [36, 8])
    #expect(columns[0].mismatch(try network.base.results(for: views), atol: 1e-6, rtol: 1e-6) == nil)
    // What is validated on is not augmented.
    let own = try await network.base.features(of: folder.images())
    #expect(plain[0] == own && sets[1].targets == held.targets.tensor)
  }

  @Test func theBankIsAsLargeAsTheRunUpToEight() async throws {
    for (epochs, views) in [(1, 1), (3, 3), (50, 8)] {
      let (sets, _) = try await prepare(options(epochs: epochs, .light), [samples()])
      #expect(sets[0].views == views && sets[0].targets.shape == [12 * views, 3])
    }
    let (sets, _) = try await prepare(options(epochs: 50), [samples()])
    #expect(sets[0].views == 1 && sets[0].targets.shape == [12, 3])
  }

  @Test func nothingFrozenIsLive() async throws {
    network.base.isTrainable = true
    let (sets, _) = try await prepare(options(epochs: 5, .light, views: 2), [samples(), samples()])
    #expect(sets.map(\.isLive) == [true, true])
    #expect(sets.map(\.views) == [5, 1])
    #expect(sets.map(\.count) == [12, 12])
    let (kept, _) = try await prepare(options(epochs: 5), [samples(), samples()])
    #expect(kept.map(\.isLive) == [false, false])
    #expect(kept.map(\.views) == [1, 1])
  }

  @Test func onlyPicturesAreAugmented() async throws {
    let x = FormulaTensor.make(name: "pictures", shape: [3, 16, 16, 3], role: .input)
    let y = Tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]])
    let arrays = try network.model.labelled(x, y)
    await #expect(throws: GraftError(.invalidArgument, "Only pictures can be augmented. Received: arrays.")) {
      try await prepare(options(.light), [arrays])
    }
  }

  // MARK: Bad files

  private let bad = ["amber/empty.bmp", "blue/11.bmp"]

  private func damage() throws {
    try folder.write([], to: bad[0])
    try folder.write(PictureFolder.picture(label: 1, number: 1).prefix(300), to: bad[1])
  }

  @Test(arguments: [true, false]) func badFilesAreFoundBeforeTheFirstStep(isLive: Bool) async throws {
    network.base.isTrainable = isLive
    try damage()
    let before = try network.model.weights()
    var steps = 0
    do {
      for try await event in try network.model.training(on: folder.images(), epochs: 3, augmentation: .standard) {
        if case .batch = event { steps += 1 }
      }
      Issue.record("nothing was thrown")
    } catch let error as GraftError {
      #expect(error.code == .unreadable)
      #expect(error.message.hasPrefix("2 files cannot be read; 0 would be acceptable."))
      for name in bad { #expect(error.message.contains("\(folder.path)/\(name): ")) }
    }
    #expect(steps == 0)
    #expect(try network.model.weights() == before)
  }

  @Test(arguments: [true, false]) func asManyAsAllowedAreSetAside(isLive: Bool) async throws {
    network.base.isTrainable = isLive
    try damage()
    let images = try folder.images()
    let train = try samples(images).weighted(
      nil, Tensor((0..<13).map { Float($0 + 1) }), loss: .categoricalCrossentropy, outputs: 3)
    let (sets, badFiles) = try await prepare(options(.standard, views: 2, maximumBadFiles: 2), [train])
    #expect(badFiles.map(\.path) == bad.map { "\(folder.path)/\($0)" })
    #expect(sets[0].badFiles == badFiles && sets[0].isLive == isLive)
    #expect(sets[0].count == 11 && sets[0].views == 2)
    // Targets and weights are those of the pictures that are left.
    let good = images.files.indices.filter { !bad.contains(images.files[$0].relativePath) }
    #expect(sets[0].weights == good.map { Float($0 + 1) })
    let classes = good.flatMap { [images.files[$0].classIndex, images.files[$0].classIndex] }
    let expected = try Targets(classIndices: classes, classes: 3, loss: .categoricalCrossentropy).tensor
    #expect(sets[0].targets == expected)
    await #expect(throws: GraftError.self) {
      try await prepare(options(.standard, views: 2, maximumBadFiles: 1), [train])
    }
  }

  @Test func aClassWithoutReadablePicturesIsAnError() async throws {
    for number in 10..<14 { try folder.write("gone \(number)".utf8, to: "blue/\(number).bmp") }
    for isLive in [true, false] {
      network.base.isTrainable = isLive
      await #expect(throws: GraftError(.invalidData, "Not one picture of the class 'blue' can be read.")) {
        try await prepare(options(.standard, maximumBadFiles: 100), [samples()])
      }
    }
  }

  /// A picture that is good at the first look, and gone when its views are made.
  @Test func aFileThatVanishesInBetweenIsAnError() async throws {
    let path = try folder.images().files[5].path
    let isGone = Mutex(false)
    let error = await #expect(throws: GraftError.self) {
      try await prepare(options(.light, views: 2, maximumBadFiles: 100), [samples()]) { done, total in
        guard done == total, total == 12 else { return }
        isGone.withLock { isGone in
          if !isGone { try? FileManager.default.removeItem(atPath: path) }
          isGone = true
        }
      }
    }
    #expect(error?.code == .unreadable)
    #expect(error?.message.contains("cannot be read any more: \(path)") == true)
  }
}
