import Foundation
import GraftCore
import GraftFormats
import Testing

@Suite struct SafetensorsChecksumTests {
  private func sealed() throws -> [UInt8] {
    let folder = try TemporaryFolder()
    let path = folder.file("x")
    try SafetensorsWriter.write(
      tensors: [("kernel", Tensor([[1, 2], [3, 4]])), ("bias", Tensor([0.5, -0.5])), ("none", Tensor(zeros: [0]))],
      metadata: ["classes": #"["bird","food"]"#], to: path, checksums: true)
    return try Array(Data(contentsOf: URL(fileURLWithPath: path)))
  }

  private func code(_ bytes: [UInt8]) -> GraftError.Code? {
    error { _ = try SafetensorsFile(bytes: bytes, path: "x", verify: true) }?.code
  }

  @Test("Any change of any one byte is seen")
  func everyByte() throws {
    let whole = try sealed()
    #expect(code(whole) == nil)
    for index in whole.indices {
      // Single bits, a letter's case, and all bits.
      for mask: UInt8 in [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF] {
        var changed = whole
        changed[index] ^= mask
        #expect(code(changed) == .corrupt, "byte \(index) ^ \(mask)")
      }
    }
  }

  @Test("A cut at any length and anything appended is seen")
  func everyLength() throws {
    let whole = try sealed()
    for length in whole.indices { #expect(code(Array(whole[..<length])) == .corrupt, "\(length) bytes") }
    for extra: [UInt8] in [[0], [0x20], Array(repeating: 0, count: 64), whole] {
      #expect(code(whole + extra) == .corrupt, "\(extra.count) bytes more")
    }
  }

  @Test("A file without checksums is refused if they are asked for")
  func without() throws {
    #expect(code(try Fixture.bytes("real.safetensors")) == .corrupt)
    let refused = try #require(
      error { _ = try SafetensorsFile(contentsOf: Fixture.path("real.safetensors"), verify: true) })
    #expect(refused.message.contains("has none"), "\(refused)")
  }

  @Test("Unverified reading of damaged files never crashes")
  func unverified() throws {
    let whole = try sealed()
    for index in whole.indices {
      for mask: UInt8 in [0x01, 0x10, 0xFF] {
        var changed = whole
        changed[index] ^= mask
        // Either answer is right without checksums; only the process must live, and tensors must be whole.
        if let file = try? SafetensorsFile(bytes: changed, path: "x") {
          for name in file.names { #expect(try file.tensor(named: name).count == file.shape(of: name)?.count) }
        }
      }
    }
  }
}
