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

  @Test("Members of unknown packing, names twice and files that are no zip are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    // The directory's record says how a member is packed, at byte 10.
    for (place, method) in [(8, UInt8(1)), (10, 12)] {
      var bytes = try Fixture.bytes("deflated.zip")
      let directory = try #require(bytes.ranges(of: [0x50, 0x4B, 0x01, 0x02]).last)
      bytes[directory.lowerBound + place] = method
      let archive = try ZipArchive(contentsOf: folder.write(bytes, "packed.zip"))
      #expect(error { _ = try archive.bytes(of: "a.txt") }?.code == .unsupported)
    }
    try FileManager.default.removeItem(atPath: folder.file("packed.zip"))
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
