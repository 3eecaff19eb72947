import Foundation
import GraftCore
import Testing

@testable import GraftFormats

/// HDF5 files whose groups and attributes are too many for one node, in the format's old form and in its newest.
@Suite struct HDF5TreeTests {
  @Test(arguments: ["many_old.h5", "many_new.h5"]) func many(name: String) throws {
    let file = try HDF5File(contentsOf: Fixture.path(name))
    let names = (0..<60).map { "member_\($0)_" + String(repeating: "x", count: $0 % 40) }
    #expect(file.members(of: "group") == names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    for (number, name) in names.enumerated() {
      #expect(try file.tensor(at: "group/" + name) == Tensor(shape: [], [Float(number)]))
    }
    let lists = (0..<20).flatMap { ["a\($0)", String(repeating: "b", count: $0)] }
    #expect(try file.strings(attribute: "list", of: "group") == lists)
    #expect(try file.strings(attribute: "list7", of: "group") == ["a7", "bbbbbbb"])
  }

  @Test("A file in memory reads as one on disk; what was compressed twice is refused")
  func memory() throws {
    let bytes = try Fixture.bytes("types.h5")
    let file = try HDF5File(bytes: bytes, path: "types", isCompressed: false)
    let expected = try SafetensorsFile(contentsOf: Fixture.path("types.expected.safetensors"))
    for name in expected.names {
      #expect(isIdentical(try file.tensor(at: name), try expected.tensor(named: name)), "\(name)")
    }
    let unpacked = try HDF5File(bytes: bytes, path: "types", isCompressed: true)
    #expect(error { _ = try unpacked.tensor(at: "gzip") }?.code == .corrupt)
    #expect(try unpacked.tensor(at: "chunked") == file.tensor(at: "chunked"))
  }

  @Test("Every byte of a compressed dataset's chunks is checked") func chunks() throws {
    let whole = try Fixture.bytes("types.h5")
    let expected = try HDF5File(bytes: whole, path: "types", isCompressed: false).tensor(at: "chunked")
    // The first row of the first chunk, as it lies in the file; Fletcher's checksum follows the chunk.
    let row = expected.elements.prefix(4).flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } }
    let place = try #require(whole.firstRange(of: row)).lowerBound
    for offset in 0..<(4 * 16 + 4) {
      var bytes = whole
      bytes[place + offset] ^= 1
      let file = try HDF5File(bytes: bytes, path: "types", isCompressed: false)
      #expect(error { _ = try file.tensor(at: "chunked") }?.code == .corrupt, "byte \(offset)")
    }
  }

  /// Definitions: Bob Jenkins's lookup3.c (its own self-test), and RFC 1950's neighbour Fletcher-32.
  @Test func checksums() {
    let text = Array("Four score and seven years ago".utf8)
    #expect(HDF5Checksum.lookup3(text[...]) == 0x1777_0551)
    #expect(HDF5Checksum.lookup3([]) == 0xDEAD_BEEF)
    #expect(HDF5Checksum.fletcher32([0x01, 0x02, 0x03, 0x04]) == (0x0102 + 0x0406) << 16 | 0x0406)
  }

  @Test("Datasets that lie in one another are refused where all of them are wanted")
  func overlapping() throws {
    var bytes = try Fixture.bytes("keras2_plain_weights.h5")
    let file = try KerasWeightFile(HDF5File(bytes: bytes, path: "plain", isCompressed: false))
    let paths = file.storedLayers.flatMap { $0.variables.map(\.path) }
    try file.file.checkRoom(for: paths)
    let largest = try #require(
      paths.max { (file.file.shape(of: $0)?.count ?? 0) < (file.file.shape(of: $1)?.count ?? 0) })
    let size = 4 * (file.file.shape(of: largest)?.count ?? 0)
    #expect(
      error { try file.file.checkRoom(for: Array(repeating: largest, count: bytes.count / size + 1)) }?.code == .corrupt
    )
    // A layer that is listed twice would take twice the memory, and again.
    let name = Array("zeta\0".utf8), other = Array("alpha\0".utf8)
    while let range = bytes.firstRange(of: other) { bytes.replaceSubrange(range, with: name + [0]) }
    #expect(
      error { _ = try KerasWeightFile(HDF5File(bytes: bytes, path: "plain", isCompressed: false)) }?.code == .corrupt)
  }
}
