internal import Foundation
internal import Graft
internal import Testing

@testable internal import fashion_transfer

/// The example does what it says, on ten classes of small drawings in place of Fashion-MNIST.
@Suite struct FashionTransferTests {
  /// `train/` and `test/` with class folders: stripes on noise, flat ones for the old classes and upright
  /// ones for the new, each class of its own width.
  private func drawings(_ folder: String, train: Int, test: Int) throws {
    let random = RandomNumbers(seed: 7)
    var position: UInt64 = 0
    for (part, count) in [("train", train), ("test", test)] {
      for label in 0..<10 {
        let path = "\(folder)/\(part)/class-\(label)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for number in 0..<count {
          var pixels: [UInt8] = []
          for row in 0..<28 {
            for column in 0..<28 {
              let place = label < 5 ? row : column
              let isBright = place / (label % 5 + 1) % 2 == 0
              let gray = UInt8(100 * random.uniform(at: position) + (isBright ? 150 : 0))
              position += 1
              pixels += [gray, gray, gray]
            }
          }
          try PixelImage(width: 28, height: 28, pixels: pixels).writePNG(to: "\(path)/\(number).png")
        }
      }
    }
  }

  @Test("Two tasks of five classes, and no picture is on two sides")
  func pictures() throws {
    try withFolder { folder in
      try drawings(folder, train: 12, test: 3)
      let pictures = try FashionPictures(folder, testCount: 5)
      #expect(pictures.old.train.classNames == (0..<5).map { "class-\($0)" })
      #expect(pictures.old.train.classCounts == [12, 12, 12, 12, 12])
      #expect(pictures.old.validation.classCounts == [3, 3, 3, 3, 3])
      #expect(pictures.test.classNames == (5..<10).map { "class-\($0)" })
      #expect(pictures.test.classCounts == [5, 5, 5, 5, 5])
      let labelled = pictures.labelled(perClass: 4, seed: 1)
      #expect(labelled.classCounts == [4, 4, 4, 4, 4])
      #expect(Set(labelled.files.map(\.path)).isDisjoint(with: pictures.test.files.map(\.path)))
      #expect(pictures.labelled(perClass: 4, seed: 1) == labelled)
      #expect(pictures.labelled(perClass: 4, seed: 2) != labelled)
    }
  }

  @Test("It pre-trains, transfers, fine-tunes, and reports")
  func experiment() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try drawings(folder, train: 14, test: 2)
    let experiment = Experiment(
      pictures: try FashionPictures(folder, testCount: 8), labelsPerClass: 4, draws: 2, pretrainingEpochs: 2, epochs: 2,
      file: folder + "/first.graft")
    let result = try await experiment.run(seed: 1)
    // So few steps teach little: that networks learn is tested elsewhere.
    #expect([result.fromScratch, result.transferred, result.fineTuned].map(\.count) == [2, 2, 2])
    for outcome in [result.pretraining] + result.fromScratch + result.transferred + result.fineTuned {
      #expect((0...1).contains(outcome.accuracy))
      #expect(outcome.seconds > 0)
    }
    for (transferred, fineTuned) in zip(result.transferred, result.fineTuned) {
      #expect(fineTuned.seconds > transferred.seconds)
    }
    let first = try await GraftModel(contentsOf: experiment.file)
    #expect(first.classNames == (0..<5).map { "class-\($0)" })
    #expect(first.model.preprocessing == .scaledToMinusOneToOne)
    let table = Report.table([result, result])
    #expect(table.split(separator: "\n").count == 6)
    #expect(table.contains(String(format: "%.3f ± 0.000", result.pretraining.accuracy)))
  }

  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "\(UUID())").path()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }
}
