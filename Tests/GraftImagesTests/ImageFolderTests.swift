import Foundation
import GraftCore
import GraftImages
import Testing

@Suite struct ImageFolderTests {
  private func failure(_ body: () throws -> Void) -> GraftError? {
    do {
      try body()
      return nil
    } catch { return error as? GraftError }
  }

  @Test func listsClassesAndFilesInScalarOrder() throws {
    let folder = try TemporaryFolder([
      "b/2.jpg": "two", "b/10.jpg": "ten", "a/deep/er/x.png": "x", "a/readme.txt": "text", "Z/1": "one", "é/1": "two",
      "labels.csv": "a,b", ".hidden/1.jpg": "no", "a/.DS_Store": "no", "a/Thumbs.db": "no", "b/desktop.ini": "no",
      "__MACOSX/a/._x.png": "no",
    ])
    let photos = try ImageFolder(folder.path)
    #expect(photos.images.classNames == ["Z", "a", "b", "é"])
    #expect(
      photos.images.files.map(\.relativePath) == [
        "Z/1", "a/deep/er/x.png", "a/readme.txt", "b/10.jpg", "b/2.jpg", "é/1",
      ])
    #expect(photos.images.files.map(\.className) == ["Z", "a", "a", "b", "b", "é"])
    #expect(photos.images.files.map(\.classIndex) == [0, 1, 1, 2, 2, 3])
    #expect(photos.images.classCounts == [1, 2, 2, 1])
    #expect(photos.strayFiles == ["labels.csv"])
    #expect(photos.badFiles.isEmpty)
    #expect(photos.images.files[3].digest == SHA256Digest(of: Data("ten".utf8)))
    #expect(photos.images.files[4].digest == photos.images.files[5].digest)
    #expect(try Data(contentsOf: URL(fileURLWithPath: photos.images.files[3].path)) == Data("ten".utf8))
  }

  @Test func saysWhatIsWrongWithAFolder() throws {
    let missing = failure { _ = try ImageFolder("/no/such/folder") }
    #expect(missing?.code == .fileNotFound)
    #expect(missing?.message.contains("/no/such/folder") == true)

    let flat = try TemporaryFolder(["1.jpg": "a", "2.jpg": "b"])
    let none = failure { _ = try ImageFolder(flat.path) }
    #expect(none?.code == .invalidData)
    #expect(none?.message.contains("no class folders and 2 files beside them") == true)

    let single = try TemporaryFolder(["cats/1.jpg": "a"])
    #expect(failure { _ = try ImageFolder(single.path) }?.message.contains("one class, 'cats'") == true)

    let empty = try TemporaryFolder(["cats/1.jpg": "a", "dogs/.keep": ""])
    let error = failure { _ = try ImageFolder(empty.path) }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains("class 'dogs'") == true)
  }

  @Test func filesThatCannotBeReadAreSetAside() throws {
    let folder = try TemporaryFolder(["a/1": "1", "a/large": "123456789", "b/1": "2"])
    try folder.link("b/broken", to: "/no/such/file")
    try folder.link("b/device", to: "/dev/zero")
    let photos = try ImageFolder(folder.path, limits: ImageLimits(maximumBytes: 8))
    #expect(photos.images.files.map(\.relativePath) == ["a/1", "b/1"])
    #expect(
      photos.badFiles == [
        BadFile(path: folder.path + "/a/large", reason: "9 bytes are more than the limit of 8"),
        BadFile(path: folder.path + "/b/broken", reason: "cannot be opened: No such file or directory"),
        BadFile(path: folder.path + "/b/device", reason: "not a regular file"),
      ])

    let unreadable = try TemporaryFolder(["a/1": "1", "b/large": "123456789"])
    let error = failure { _ = try ImageFolder(unreadable.path, limits: ImageLimits(maximumBytes: 8)) }
    #expect(error?.message.contains("No file of the class 'b'") == true)
    #expect(error?.message.contains("9 bytes are more") == true)
  }

  @Test func linksAreFollowedAndCyclesEnd() throws {
    let folder = try TemporaryFolder(["a/1": "1", "b/1": "2", "b/inner/2": "3"])
    try folder.link("a/linked", to: folder.path + "/b/1")
    try folder.link("a/self", to: ".")
    try folder.link("b/up", to: "..")
    try folder.link("b/inner/round", to: "../inner")
    try folder.link("c", to: "b")
    let photos = try ImageFolder(folder.path)
    #expect(photos.images.files.map(\.relativePath) == ["a/1", "a/linked", "b/1", "b/inner/2", "c/1", "c/inner/2"])
  }

  @Test func otherFoldersMustHaveTheSameClasses() throws {
    let test = try TemporaryFolder(["a/1": "1", "b/1": "2"])
    let folder = try ImageFolder(test.path, classNames: ["b", "a"])
    #expect(folder.images.classNames == ["b", "a"])
    #expect(folder.images.files.map(\.classIndex) == [1, 0])

    let error = failure { _ = try ImageFolder(test.path, classNames: ["a", "c"]) }
    #expect(error?.code == .invalidData)
    #expect(error?.message.contains("Expected: a, c. Received: a, b.") == true)
  }

  @Test func splitFoldersAreRecognised() throws {
    let whole = try TemporaryFolder(["train/a/1": "1", "Val/a/1": "2", "test/a/1": "3", "notes.txt": ""])
    let splits = try #require(try ImageFolder.detectSplits(whole.path))
    #expect(splits.train == whole.path + "/train")
    #expect(splits.validation == whole.path + "/Val")
    #expect(splits.test == whole.path + "/test")

    let two = try TemporaryFolder(["train/a/1": "1", "test/a/1": "3"])
    #expect(try ImageFolder.detectSplits(two.path)?.validation == nil)
    #expect(try ImageFolder.detectSplits(two.path)?.test == two.path + "/test")

    let classes = try TemporaryFolder(["train/1.jpg": "1", "test/1.jpg": "2"])
    #expect(try ImageFolder.detectSplits(classes.path) == nil)
    let others = try TemporaryFolder(["train/a/1": "1", "val/a/1": "2", "bus/1": "3"])
    #expect(try ImageFolder.detectSplits(others.path) == nil)
    let twice = try TemporaryFolder(["train/a/1": "1", "val/a/1": "2", "valid/a/1": "3"])
    #expect(try ImageFolder.detectSplits(twice.path) == nil)
    #expect(try ImageFolder.detectSplits("/no/such/folder") == nil)
  }

  @Test func digestKnowsContentsAndLabelsOnly() throws {
    let one = try TemporaryFolder(["a/1": "1", "b/2": "2"])
    let renamed = try TemporaryFolder(["a/z": "1", "b/0": "2"])
    let relabelled = try TemporaryFolder(["a/1": "2", "b/2": "1"])
    let digest = try ImageFolder(one.path).images.digest
    #expect(try ImageFolder(renamed.path).images.digest == digest)
    #expect(try ImageFolder(relabelled.path).images.digest != digest)
  }
}
