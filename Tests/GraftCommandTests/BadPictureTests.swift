internal import Foundation
internal import Graft
internal import Testing

/// Folders and files that are not what they should be: named with the reason, set aside if allowed, never changed.
@Suite(.serialized) struct BadPictureTests {
  @Test("No such folder, no pictures, one class, an empty class")
  func folders() async throws {
    let folder = try TestFolder()
    try await Command.train(folder("nowhere"), to: folder("m.graft"), "--json").expectFailure(folder("nowhere"))
    try await Command.train(try folder.folder("empty"), to: folder("m.graft"), "--json")
      .expectFailure("two class folders", "no class folders")
    try await Command.train(try folder.photos("one", classes: ["red"]), to: folder("m.graft"), "--json")
      .expectFailure("two class folders", "one class, 'red'")
    try folder.photos("hollow", classes: ["red", "green"])
    try folder.folder("hollow/white")
    try await Command.train(folder("hollow"), to: folder("m.graft"), "--json").expectFailure("white")
    try folder.write("file", Array("text".utf8))
    try await Command.train(folder("file"), to: folder("m.graft"), "--json").expectFailure(folder("file"))
    #expect(!FileManager.default.fileExists(atPath: folder("m.graft")))
  }

  /// Good photos and one bad file of each kind.
  private func folderWithBadFiles() throws -> (folder: TestFolder, bad: [String]) {
    let folder = try TestFolder()
    try folder.photos()
    let picture = try folder.bytes("photos/red/0.bmp")
    // By its contents it is a picture, whatever its name says.
    try folder.write("photos/red/renamed.png", folder.bytes("photos/red/1.bmp").map { $0 == 7 ? 8 : $0 })
    let bad = [
      try folder.write("photos/red/truncated.bmp", Array(picture.prefix(300))),
      try folder.write("photos/green/empty.jpg", []),
      try folder.write("photos/green/text.jpg", Array("Not a picture at all.".utf8)),
      try folder.write("photos/blue/bomb.bmp", Bitmap.header(width: 50_000, height: 50_000)),
      try folder.write("photos/blue/data.csv", Array("a,b\n1,2\n".utf8)),
    ]
    return (folder, bad)
  }

  @Test("Bad files: an error that names each, or set aside and listed; nothing is changed")
  func badFiles() async throws {
    let (folder, bad) = try folderWithBadFiles()
    let before = try folder.contents("photos")
    let refused = try await Command.train(folder("photos"), to: folder("m.graft"), "--json")
    refused.expectFailure("5 files cannot be read", "--max-bad")
    for path in bad {
      let line = refused.errors.split(separator: "\n").first { $0.contains(path) }
      #expect(try #require(line).count > path.count + 8, "no reason for \(path)")
    }
    #expect(try #require(refused.errors.split(separator: "\n").first { $0.contains("bomb") }).contains("50000"))
    try await Command.train(folder("photos"), to: folder("m.graft"), "--json", "--max-bad", "4")
      .expectFailure("5 files cannot be read; 4 would be acceptable", "--max-bad")
    #expect(!FileManager.default.fileExists(atPath: folder("m.graft")))

    let report = try await Command.train(folder("photos"), to: folder("m.graft"), "--json", "--max-bad", "5").json()
    let aside = try #require(report["set_aside"]?.array)
    #expect(aside.compactMap { $0["path"]?.string }.sorted() == bad.sorted())
    #expect(aside.allSatisfy { $0["reason"]?.string?.isEmpty == false })
    let used = try #require(report["used"])
    #expect(try #require(used["train"]?.int) + #require(used["validation"]?.int) == 37)

    let text = try await Command.run("evaluate", folder("m.graft"), folder("photos"), "--max-bad", "5")
    #expect(text.succeeded, "\(text.errors)")
    for path in bad { #expect(text.output.contains(path)) }
    let strict = try await Command.run("evaluate", folder("m.graft"), folder("photos"), "--json")
    strict.expectFailure("5 files cannot be read")

    let arguments = ["features", folder("photos"), "--base", Fixture.tiny, "--preprocess", "tf", "-o", folder("f.npy")]
    try await Command.run(arguments).expectFailure("5 files cannot be read")
    #expect(!FileManager.default.fileExists(atPath: folder("f.npy")))
    let rows = try await Command.run(arguments + ["--max-bad", "5", "--json"]).json()
    #expect(rows["rows"] == 37)
    #expect(try NPYFile(contentsOf: folder("f.npy")).shape == [37, 8])
    let list = String(decoding: try folder.bytes("f.csv"), as: UTF8.self)
    #expect(list.split(separator: "\n").count == 38)
    for path in bad { #expect(!list.contains(path)) }
    #expect(list.contains("renamed.png"))
    #expect(try folder.contents("photos") == before)
  }

  @Test("A class none of whose files can be read is an error however many may be bad")
  func unreadableClass() async throws {
    let folder = try TestFolder()
    try folder.photos(classes: ["blue", "red"])
    for number in 0..<4 { try folder.write("photos/white/\(number).jpg", Array("text \(number)".utf8)) }
    try await Command.train(folder("photos"), to: folder("m.graft"), "--json", "--max-bad", "100")
      .expectFailure("white")
    #expect(!FileManager.default.fileExists(atPath: folder("m.graft")))
  }

  @Test("Wrong --validation and --test folders")
  func otherFolders() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let other = try folder.photos("other", classes: ["blue", "red"], count: 2)
    try await Command.train(photos, to: folder("m.graft"), "--json", "--validation", other)
      .expectFailure("blue, green, red", "Received: blue, red")
    try await Command.train(photos, to: folder("m.graft"), "--json", "--test", folder("gone"))
      .expectFailure(folder("gone"))
    // Pictures that are trained on flatter, and it is said.
    let run = try await Command.train(photos, to: folder("m.graft"), "--json", "--epochs", "1", "--test", photos)
    #expect(run.succeeded && run.errors.contains("test pictures are training pictures, too"))
  }
}
