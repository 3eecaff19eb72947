import Foundation
import GraftCore
import Testing

@testable import GraftFormats

/// Folders appear whole or not at all, and take no place but that of their own kind.
@Suite struct AtomicFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func write(_ text: String, to path: String) throws {
    let new = try AtomicFolder(replacing: path, marker: "mark")
    try new.write(Array(text.utf8), to: "mark")
    try new.makeFolder("inside")
    try new.write(Array(text.utf8), to: "inside/file")
    try new.commit()
  }

  private func text(_ name: String) throws -> String {
    try String(contentsOfFile: folder.file(name), encoding: .utf8)
  }

  @Test func oneOfItsKindIsReplaced() throws {
    try write("first", to: folder.file("a"))
    try write("second", to: folder.file("a/"))
    #expect(try text("a/mark") == "second" && text("a/inside/file") == "second")
    #expect(try folder.contents == ["a"])
  }

  @Test func aLinkStaysAndItsFolderIsReplaced() throws {
    try write("first", to: folder.file("a"))
    try FileManager.default.createSymbolicLink(atPath: folder.file("link"), withDestinationPath: "a")
    try write("second", to: folder.file("link"))
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.file("link")) == "a")
    #expect(try text("a/mark") == "second")
    #expect(try folder.contents == ["a", "link"])
  }

  @Test func whatIsOfAnotherKindStays() throws {
    try FileManager.default.createDirectory(atPath: folder.file("photos"), withIntermediateDirectories: true)
    try "one".write(toFile: folder.file("photos/one"), atomically: false, encoding: .utf8)
    try "text".write(toFile: folder.file("file"), atomically: false, encoding: .utf8)
    for (name, part) in [
      ("photos", "it has no mark"), ("file", "a file is there"), ("photos/..", "path of a new folder"),
    ] {
      let error = #expect(throws: GraftError.self) { try write("new", to: folder.file(name)) }
      #expect(error?.code == .writeFailed && error?.message.contains(part) == true, "\(error?.message ?? "")")
    }
    #expect(try text("photos/one") == "one" && text("file") == "text")
    #expect(try folder.contents == ["file", "photos"])
  }

  @Test func nothingIsLeftOfOneThatIsGivenUp() async throws {
    try write("first", to: folder.file("a"))
    let new = try AtomicFolder(replacing: folder.file("a"), marker: "mark")
    try new.write([1], to: "mark")
    struct Refused: Error {}
    await #expect(throws: Refused.self) { try await new.commit { _ in throw Refused() } }
    #expect(throws: GraftError.self) { try new.commit() }
    #expect(try text("a/mark") == "first")
    #expect(try folder.contents == ["a"])
  }
}
