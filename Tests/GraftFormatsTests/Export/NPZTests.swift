import Foundation
import GraftCore
import Testing

@testable import GraftFormats

/// NumPy archives.
@Suite struct NPZTests {
  @Test("Tensors come back, texts are the bytes that NumPy writes")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("a.npz")
    let (kernel, scalar) = (Tensor([[1, -2.5, 3], [4, 5, 1e-30]]), Tensor(shape: [], [7]))
    try NPZWriter.write(
      tensors: [("a/kernel", kernel), ("scalar", scalar)], texts: [("names", ["ant", "bée", "hornet 🐝"])], to: path)
    let file = try NPZFile(contentsOf: path)
    #expect(file.names == ["a/kernel", "scalar", "names"])
    #expect(try isIdentical(file.tensor(named: "a/kernel"), kernel))
    #expect(try isIdentical(file.tensor(named: "scalar"), scalar))
    #expect(error { _ = try file.tensor(named: "bias") }?.code == .weightMismatch)
    #expect(try ZipArchive(contentsOf: path).bytes(of: "names.npy") == Fixture.bytes("npy_text.npy"))
    #expect(error { try NPZWriter.write(tensors: [("a", kernel), ("a", kernel)], to: path) }?.code == .invalidArgument)
    #expect(try NPZFile(contentsOf: path).names.count == 3)
  }
}
