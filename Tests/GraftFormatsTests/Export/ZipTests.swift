import Foundation
import GraftCore
import Testing

@testable import GraftFormats

/// Zip archives: the bytes of Python's own writer, and no trust in anybody's.
@Suite struct ZipTests {
  private let members: [(String, [UInt8])] = [
    ("a.txt", Array("hello".utf8)), ("folder/ü.bin", Array(0...255)), ("empty", []),
  ]

  private func written(_ members: [(String, [UInt8])], in folder: TemporaryFolder) throws -> [UInt8] {
    let file = try AtomicFile(replacing: folder.file("own.zip"))
    var writer = ZipWriter(file)
    for (name, bytes) in members { try writer.add(name, bytes) }
    try writer.finish()
    try file.commit()
    return Array(try Data(contentsOf: URL(filePath: folder.file("own.zip"))))
  }

  @Test func checksum() {
    #expect(CRC32.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(CRC32.checksum([]) == 0)
  }

  @Test("The bytes are those of Python's zipfile")
  func golden() throws {
    #expect(try written(members, in: TemporaryFolder()) == Fixture.bytes("python.zip"))
  }

  @Test("Members come back under their names")
  func reading() throws {
    let archive = try ZipArchive(contentsOf: Fixture.path("python.zip"))
    #expect(archive.names == members.map(\.0))
    for (name, bytes) in members { #expect(try archive.bytes(of: name) == bytes) }
    #expect(error { _ = try archive.bytes(of: "b.txt") }?.message.contains("b.txt") == true)
  }

  @Test("A deflated member comes back whole, or not at all")
  func deflated() throws {
    let whole = try Fixture.bytes("deflated.zip")
    let text = Array(String(repeating: "hello ", count: 20).utf8)
    #expect(try ZipArchive(bytes: whole, path: "deflated").bytes(of: "a.txt") == text)
    #expect(try ZipArchive(contentsOf: Fixture.path("deflated.zip")).isCompressed("a.txt"))
    let limited = try ZipArchive(bytes: whole, path: "deflated")
    #expect(error { _ = try limited.bytes(of: "a.txt", limit: text.count - 1) }?.code == .corrupt)
    for index in whole.indices {
      var bytes = whole
      bytes[index] ^= 0x10
      let refused = error {
        let archive = try ZipArchive(bytes: bytes, path: "deflated")
        for name in archive.names { #expect(try archive.bytes(of: name) == text, "byte \(index)") }
      }
      #expect(refused == nil || refused?.message.isEmpty == false)
    }
    // Its directory's claim of a gigabyte is refused before memory for it is taken, and so is another method.
    let directory = try #require(whole.firstRange(of: [0x50, 0x4B, 1, 2])).lowerBound
    for (offset, value, code) in [
      (27, UInt8(0x40), GraftError.Code.corrupt), (10, 12, .unsupported), (8, 1, .unsupported),
    ] {
      var bytes = whole
      bytes[directory + offset] = value
      let archive = try ZipArchive(bytes: bytes, path: "deflated")
      #expect(error { _ = try archive.bytes(of: "a.txt") }?.code == code)
    }
  }

  @Test("Members that share bytes are refused: a small file would be a large one")
  func overlapping() throws {
    let members = (0..<8).map { ("\($0)", [UInt8](repeating: 7, count: 100)) }
    var bytes = try written(members, in: TemporaryFolder())
    #expect(try ZipArchive(bytes: bytes, path: "a").names.count == 8)
    // All places in the directory become the first one's.
    var from = 0
    while let entry = bytes[from...].firstRange(of: [0x50, 0x4B, 1, 2]) {
      bytes.replaceSubrange((entry.lowerBound + 42)..<(entry.lowerBound + 46), with: [0, 0, 0, 0])
      from = entry.upperBound
    }
    let refused = try #require(error { _ = try ZipArchive(bytes: bytes, path: "a") })
    #expect(refused.code == .corrupt && refused.message.contains("overlap"), "\(refused)")
  }

  @Test(
    "Names are names, never paths: nothing is written, wherever they lead",
    arguments: ["../outside", "/outside", "a/../../b"])
  func names(_ name: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("inside"), withIntermediateDirectories: true)
    let path = folder.file("inside/a.npz")
    try NPZWriter.write(tensors: [(name, Tensor([1, 2]))], to: path)
    #expect(try NPZFile(contentsOf: path).tensor(named: name) == Tensor([1, 2]))
    #expect(try folder.contents == ["inside"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("inside")) == ["a.npz"])
    #expect(!FileManager.default.fileExists(atPath: "/outside.npy"))
  }

  @Test("Names twice and files that are no zip are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    #expect(error { _ = try written([("a", [1]), ("a", [2])], in: folder) }?.code == .invalidArgument)
    #expect(try folder.contents.isEmpty)
    #expect(error { _ = try ZipArchive(contentsOf: folder.write([])) }?.code == .unreadable)
    #expect(error { _ = try ZipArchive(contentsOf: folder.write(Array("PK".utf8))) }?.code == .unreadable)
    #expect(error { _ = try ZipArchive(contentsOf: folder.file("none")) }?.code == .fileNotFound)
  }

  @Test("Whatever byte is flipped and wherever the file is cut: an error, or the members as they were")
  func damage() throws {
    let folder = try TemporaryFolder()
    let whole = try Fixture.bytes("python.zip")
    func expectSound(_ bytes: [UInt8], _ what: String) throws {
      let path = try folder.write(bytes)
      let failure = error {
        let archive = try ZipArchive(contentsOf: path)
        for name in archive.names {
          let content = try archive.bytes(of: name)
          // A flipped bit of a name, or of the directory's count, leaves sound members under other names.
          #expect(members.contains { $0.1 == content }, "\(what)")
        }
      }
      #expect(failure == nil || failure?.message.isEmpty == false)
    }
    for index in whole.indices {
      for bit in [0, 3, 7] {
        var bytes = whole
        bytes[index] ^= 1 << UInt8(bit)
        try expectSound(bytes, "byte \(index)")
      }
    }
    for length in 0..<whole.count {
      let path = try folder.write(Array(whole.prefix(length)))
      #expect(error { _ = try ZipArchive(contentsOf: path) } != nil, "cut at \(length)")
    }
  }
}
