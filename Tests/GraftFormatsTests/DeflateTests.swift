import Foundation
import GraftCore
import Testing

@testable import GraftFormats

@Suite struct DeflateTests {
  private static let members: [(String, [UInt8])] = [
    ("dynamic.txt", Array((0..<2000).map { "line \($0 % 37) of \($0)\n" }.joined().utf8)),
    ("short.txt", Array("abcabcabcabc".utf8)),
    ("noise.bin", (0..<3000).map { UInt8(truncatingIfNeeded: ($0 * $0 * 2_654_435_761) >> 13) }),
    ("zeros.bin", [UInt8](repeating: 0, count: 100_000)),
  ]

  @Test("Members that Python deflated come back: codes of every kind, blocks that are stored, copies that overlap")
  func members() throws {
    let archive = try ZipArchive(contentsOf: Fixture.path("packed.zip"))
    #expect(archive.names == Self.members.map(\.0))
    for (name, bytes) in Self.members { #expect(try archive.bytes(of: name) == bytes, "\(name)") }
    #expect(
      try ZipArchive(contentsOf: Fixture.path("deflated.zip")).bytes(of: "a.txt")
        == Array(String(repeating: "hello ", count: 20).utf8))
    let inMemory = try ZipArchive(bytes: Fixture.bytes("packed.zip"), path: "packed")
    #expect(try inMemory.bytes(of: "short.txt") == Self.members[1].1)
  }

  @Test("What the directory claims does not take memory, and a wrong length is an error")
  func counts() {
    // A stored block of three bytes; a block of fixed codes that ends at once.
    let stored: [UInt8] = [0x01, 3, 0, 0xFC, 0xFF, 1, 2, 3]
    #expect(Deflate.inflate(stored, count: 3) == [1, 2, 3])
    #expect(Deflate.inflate([0x03, 0x00], count: 0) == [])
    for count in [-1, 0, 2, 4, 100_000, Int.max] {
      #expect(Deflate.inflate(stored, count: count) == nil, "\(count)")
    }
  }

  @Test("Damaged codes, lengths and distances are errors")
  func damage() {
    for bytes: [UInt8] in [
      [], [0x07], [0x01], [0x01, 3, 0, 0xFC, 0xFE, 1, 2, 3], [0x01, 9, 0, 0xF6, 0xFF, 1],
      // Fixed codes: a copy from before the first byte; a length of no meaning; a distance of no meaning.
      [0x03, 0x02, 0x00], [0x1B, 0x03], [0x4B, 0x04, 0x7C],
      // Codes of codes: none, and more than there can be.
      [0x05, 0x00, 0x00, 0x00, 0x00], [0x05, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ] {
      #expect(Deflate.inflate(bytes, count: 20) == nil, "\(bytes)")
    }
  }

  @Test("Whatever bit is flipped, it ends, with an error or other bytes of the same number")
  func flips() throws {
    let whole = try Fixture.bytes("packed.zip")
    let start = 30 + "dynamic.txt".utf8.count
    for seed in 0..<500 {
      let random = RandomNumbers(seed: UInt64(seed))
      var bytes = Array(whole[start..<(start + 2500)])
      for flip in 0...(random.words(at: 0).x % 3) {
        let word = random.words(at: UInt64(flip) + 1)
        bytes[Int(word.x) % bytes.count] ^= UInt8(truncatingIfNeeded: word.y) | 1
      }
      let unpacked = Deflate.inflate(bytes, count: Self.members[0].1.count)
      #expect(unpacked == nil || unpacked?.count == Self.members[0].1.count)
    }
  }
}
