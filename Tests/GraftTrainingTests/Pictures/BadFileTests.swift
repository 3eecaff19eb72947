import GraftCore
import GraftImages
import GraftLayers
import Testing

@testable import GraftTraining

/// Files that cannot be read: all found before the first step, all named, none changed.
@Suite struct BadFileTests {
  private let folder: PictureFolder
  private let bad = ["amber/empty.bmp", "blue/11.bmp", "cyan/notes.bmp"]

  init() throws {
    folder = try PictureFolder(perClass: 5)
    try folder.write([], to: bad[0])
    try folder.write(PictureFolder.picture(label: 1, number: 1).prefix(300), to: bad[1])
    try folder.write("not a picture".utf8, to: bad[2])
  }

  private func model() throws -> Model {
    let model = try PictureModel().model
    try model.compile()
    return model
  }

  private func images() throws -> ImageSet { try folder.images() }

  @Test func allAreNamedBeforeTheFirstStep() async throws {
    let model = try model()
    let (weights, state) = (try model.weights(), try folder.state())
    var extracted = 0
    do {
      for try await event in try model.training(on: images(), epochs: 3) {
        guard case .extracting(let progress) = event else {
          Issue.record("received \(event) before the error")
          continue
        }
        extracted = progress.done
      }
      Issue.record("nothing was thrown")
    } catch let error as GraftError {
      #expect(error.code == .unreadable)
      #expect(error.message.hasPrefix("3 files cannot be read; 0 would be acceptable."))
      let lines = error.message.split(separator: "\n").dropFirst()
      #expect(lines.count == 3)
      let reasons = ["the file is empty", "truncated BMP: the file ends before its picture does", "not a picture"]
      for (line, (name, reason)) in zip(lines, zip(bad, reasons)) {
        #expect(line.hasPrefix("  \(folder.path)/\(name): \(reason)"), "\(line)")
      }
    }
    #expect(extracted == 17)
    #expect(try model.weights() == weights)
    #expect(try folder.state() == state)
  }

  @Test func asManyAsAllowedAreSetAside() async throws {
    let model = try model()
    let images = try images()
    let history = try await model.fit(images, epochs: 2, maximumBadFiles: 3, progress: .silent)
    #expect(history.badFiles.map(\.path) == bad.map { "\(folder.path)/\($0)" })
    #expect(history.badFiles.allSatisfy { !$0.reason.isEmpty })
    #expect(history.trainCount == images.count - 3)

    // What is left trains as if the bad files had never been there.
    let clean = try self.model()
    let names = Set(history.badFiles.map(\.path))
    let rest = images.subset(images.files.indices.filter { !names.contains(images.files[$0].path) })
    let expected = try await clean.fit(rest, epochs: 2, progress: .silent)
    #expect(history.epochs.map(\.values) == expected.epochs.map(\.values))
    #expect(try model.weights() == clean.weights())
  }

  @Test func oneMoreThanAllowedIsAnError() async throws {
    let (model, images) = (try model(), try images())
    let error = await #expect(throws: GraftError.self) {
      try await model.fit(images, maximumBadFiles: 2, progress: .silent)
    }
    #expect(error?.code == .unreadable)
    #expect(error?.message.hasPrefix("3 files cannot be read; 2 would be acceptable.") == true)
  }

  @Test func aClassWithoutReadablePicturesIsAnError() async throws {
    for number in 10..<15 { try folder.write("gone \(number)".utf8, to: "blue/\(number).bmp") }
    let (model, images) = (try model(), try images())
    let error = await #expect(throws: GraftError.self) {
      try await model.fit(images, maximumBadFiles: 100, progress: .silent)
    }
    #expect(error == GraftError(.invalidData, "Not one picture of the class 'blue' can be read."))
  }

  @Test func evaluationsNameAndCountThem() async throws {
    let (model, images) = (try model(), try images())
    let error = await #expect(throws: GraftError.self) { try await model.evaluate(images) }
    #expect(error?.code == .unreadable)
    let evaluation = try await model.evaluate(images, maximumBadFiles: 3)
    #expect(evaluation.badFiles.map(\.path) == bad.map { "\(folder.path)/\($0)" })
    #expect(evaluation.count == images.count - 3)

    let unreadable = images.subset(images.files.indices.filter { bad.contains(images.files[$0].relativePath) })
    let none = await #expect(throws: GraftError.self) { try await model.evaluate(unreadable, maximumBadFiles: 3) }
    #expect(none?.code == .invalidData)
    #expect(none?.message.hasPrefix("Not one of the 3 pictures can be read. The first: ") == true)
  }

  @Test func aTestNamesItsOwn() async throws {
    let (model, images) = (try model(), try images())
    let isTest = { (file: ImageFile) in file.relativePath.hasPrefix("amber") || file.relativePath.contains("14") }
    let train = images.subset(images.files.indices.filter { !images.files[$0].relativePath.hasPrefix("amber/empty") })
    let test = images.subset(images.files.indices.filter { isTest(images.files[$0]) })
    let history = try await model.fit(train, test: test, maximumBadFiles: 3, progress: .silent)
    #expect(history.badFiles.count == 3)
    #expect(history.test?.badFiles.map(\.path) == ["\(folder.path)/\(bad[0])"])
    #expect(history.test?.count == test.count - 1)
  }

  @Test func longListsAreCut() {
    let files = (0..<25).map { BadFile(path: "\($0).jpg", reason: "empty") }
    #expect(throws: Never.self) { try BadFileCheck.check(files, maximum: 25) }
    let error = #expect(throws: GraftError.self) { try BadFileCheck.check(files, maximum: 0) }
    #expect(error?.message.contains("  19.jpg: empty\n  … and 5 more") == true)
    let one = #expect(throws: GraftError.self) { try BadFileCheck.check([files[0]], maximum: 0) }
    #expect(one?.message.hasPrefix("1 file cannot be read; 0 would be acceptable. Mend or remove it") == true)
  }
}
