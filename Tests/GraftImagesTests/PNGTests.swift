import Foundation
import GraftCore
import GraftImages
import Testing

@Suite struct PNGTests {
  private let picture = PixelImage(
    width: 37, height: 23, pixels: (0..<(37 * 23 * 3)).map { UInt8(truncatingIfNeeded: $0 &* 31 + $0 / 97) })

  @Test func decodesToTheSamePixels() throws {
    let data = try picture.pngData()
    #expect(data.prefix(8) == Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    #expect(try ImageDecoder().decode(data, name: "a.png") == picture)
    #expect(try picture.pngData() == data)
  }

  @Test func writesWholeFiles() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/a.png"
    try Data("old".utf8).write(to: URL(fileURLWithPath: path))
    try picture.writePNG(to: path)
    #expect(try PixelImage(contentsOf: path) == picture)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.png"])
  }

  @Test func saysWhereItCannotWrite() throws {
    let error = #expect(throws: GraftError.self) { try picture.writePNG(to: "/no/such/folder/a.png") }
    #expect(error?.code == .writeFailed)
    #expect(error?.message.hasPrefix("Cannot write '/no/such/folder/a.png': ") == true)
  }
}
