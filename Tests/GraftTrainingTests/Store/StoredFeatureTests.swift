import Foundation
import GraftCore
import GraftGraph
import GraftImages
import GraftLayers
import GraftStore
import Synchronization
import Testing

@testable import GraftTraining

/// Features that are kept are those that would be computed, bit for bit, and are found only where they would be.
@Suite struct StoredFeatureTests {
  private let folder: PictureFolder
  private let network: PictureModel
  private let place = StorePlace()

  init() throws {
    folder = try PictureFolder(perClass: 10)
    network = try PictureModel()
    try network.model.compile()
  }

  @Test func knownPicturesAreNotRead() async throws {
    let images = try folder.images()
    let expected = try await network.base.features(of: images)
    let (first, second) = (place.store(), place.store())
    #expect(try await network.base.features(of: images, store: first) == expected)
    #expect(first.counts.pair == [0, 30])
    // Whatever is decoded now is missing.
    try FileManager.default.removeItem(atPath: folder.path)
    #expect(try await network.base.features(of: images, store: second) == expected)
    #expect(second.counts.pair == [30, 0])
    #expect(place.told.isEmpty)
  }

  @Test func onlyNewPicturesAreComputed() async throws {
    _ = try await network.base.features(of: folder.images(), store: place.store())
    for number in 100..<104 {
      try folder.write(PictureFolder.picture(label: 1, number: number), to: "blue/\(number).bmp")
    }
    // A picture by another name is known.
    try folder.write(PictureFolder.picture(label: 2, number: 3), to: "cyan/again.bmp")
    let images = try folder.images()
    let store = place.store()
    let progress = Mutex<[BatchRunner.Progress]>([])
    let features = try await network.base.features(of: images, fit: .stretch, maximumBadFiles: 0, store: store) {
      step in progress.withLock { $0.append(step) }
    }.features
    #expect(store.counts.pair == [31, 4])
    #expect(try await network.base.features(of: images) == features)
    let steps = progress.withLock { $0 }
    #expect(steps.map(\.done) == [31, 32, 33, 34, 35])
    #expect(steps.allSatisfy { $0.known == 31 && $0.total == 35 })
  }

  @Test(arguments: ["weights", "size", "preprocessing", "fit", "precision", "layers"])
  func whatDiffersIsNotFound(_ what: String) async throws {
    let images = try folder.images()
    _ = try await network.base.features(of: images, store: place.store())
    let store = place.store()
    if what == "precision" {
      let samples = try network.model.labelled(images, .stretch)
      var extraction = FeatureExtraction(try network.base.graph())
      extraction.store = store
      extraction.precision = "int8"
      _ = try await extraction.run([samples.source])
      #expect(store.counts.pair == [0, 30])
      return
    }
    let input = Input(
      shape: [16, 16, 3], preprocessing: what == "preprocessing" ? .unit : .scaledToMinusOneToOne)
    if what == "weights", let variable = try network.base.namedVariables().first?.variable {
      var value = variable.value
      value.withUnsafeMutableBufferPointer { $0[7] = $0[7].nextUp }
      try variable.assign(value)
    }
    let changed =
      switch what {
      case "size": try PictureModel(side: 12).base
      case "layers": Model(inputs: input, outputs: ReLU(maxValue: 6)(network.base(input)))
      default: Model(inputs: input, outputs: network.base(input))
      }
    let expected = try await changed.features(of: images, fit: what == "fit" ? .crop : .stretch)
    let features = try await changed.features(of: images, fit: what == "fit" ? .crop : .stretch, store: store)
    #expect(store.counts.pair == [0, 30])
    #expect(features == expected)
    // Both are kept beside each other.
    #expect(try place.rowCount() == 60)
  }

  @Test func namesAndTrainabilityDoNotMatter() async throws {
    let images = try folder.images()
    _ = try await network.base.features(of: images, store: place.store())
    let input = Input(shape: [16, 16, 3], preprocessing: .scaledToMinusOneToOne, name: "another")
    network.base.isTrainable = true
    let store = place.store()
    _ = try await Model(inputs: input, outputs: network.base(input)).features(of: images, store: store)
    #expect(store.counts.pair == [30, 0])
  }

  @Test func whatCannotBeReadIsNotKept() async throws {
    try folder.write([], to: "amber/empty.bmp")
    try folder.write(PictureFolder.picture(label: 1, number: 1).prefix(300), to: "blue/short.bmp")
    let images = try folder.images()
    for known in [0, 30] {
      let store = place.store()
      let (features, bad) = try await network.base.features(of: images, fit: .stretch, maximumBadFiles: 2, store: store)
      #expect(features.shape == [30, 8])
      #expect(bad.map(\.index) == [10, 21])
      #expect(store.counts.pair == [known, 30 - known])
    }
  }

  /// The file is another one when it is decoded: its features must not pass for the first one's.
  @Test func aFileThatChangesIsNotKept() async throws {
    let images = try folder.images()
    try folder.write(PictureFolder.picture(label: 0, number: 500), to: "amber/12.bmp")
    _ = try await network.base.features(of: images, store: place.store())
    #expect(try place.rowCount() == 29)
    try folder.write(PictureFolder.picture(label: 0, number: 2), to: "amber/12.bmp")
    let store = place.store()
    #expect(try await network.base.features(of: images, store: store) == network.base.features(of: images))
    #expect(store.counts.pair == [29, 1])
  }

  @Test func aCancelledRunKeepsWhatItDid() async throws {
    let folder = try PictureFolder(perClass: 100)
    let images = try folder.images()
    let store = place.store()
    let source = try #require(network.model.labelled(images, .stretch).pictures)
    let frozen = try network.base.graph()
    let gate = Gate()
    let running = Mutex<Task<Void, any Error>?>(nil)
    let task = Task {
      var extraction = FeatureExtraction(frozen)
      extraction.store = store
      _ = try await extraction.run([source]) { progress in
        guard progress.done == 40 else { return }
        gate.wait()
        running.withLock { $0?.cancel() }
      }
    }
    running.withLock { $0 = task }
    gate.open()
    await #expect(throws: CancellationError.self) { try await task.value }
    let count = try place.rowCount()
    #expect(count >= 40 && count < 300)
    let second = place.store()
    #expect(try await network.base.features(of: images, store: second) == network.base.features(of: images))
    #expect(second.counts.pair == [count, 300 - count])
  }

  @Test func tablesBeyondTheMemoryLimitLieInAFile() async throws {
    try folder.write([], to: "amber/empty.bmp")
    let source = try #require(network.model.labelled(folder.images(), .stretch).pictures)
    var extraction = FeatureExtraction(try network.base.graph())
    let inMemory = try await extraction.run([source, source])
    extraction.memoryLimit = 0
    extraction.store = place.store()
    for _ in 0..<2 {
      let inFile = try await extraction.run([source, source])
      #expect(inFile.map(\.columns) == inMemory.map(\.columns))
      #expect(inFile.map(\.samples) == inMemory.map(\.samples))
    }
    #expect(extraction.store?.counts.known == 60)
    #expect(FloatMemory(count: 100, inFile: true).isInFile)
  }
}
