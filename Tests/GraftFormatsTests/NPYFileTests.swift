import Foundation
import GraftCore
import GraftFormats
import Testing

@Suite struct NPYFileTests {
  private static let codes =
    ["i1", "u1", "b1"]
    + ["f2", "f4", "f8", "i2", "i4", "i8", "u2", "u4", "u8"].flatMap { ["little_\($0)", "big_\($0)"] }
    + ["little_f4_fortran", "big_i2_fortran"]

  @Test("Every type, byte order and axis order reads as NumPy converts it", arguments: codes)
  func types(code: String) throws {
    let expected = try SafetensorsFile(contentsOf: Fixture.path("npy.expected.safetensors"))
    let file = try NPYFile(contentsOf: Fixture.path("npy_\(code).npy"))
    #expect(file.shape == [2, 3, 4])
    #expect(isIdentical(file.tensor(), try expected.tensor(named: "npy_\(code)")))
  }

  @Test("Versions 2 and 3 and scalars are read")
  func versions() throws {
    let expected = try SafetensorsFile(contentsOf: Fixture.path("npy.expected.safetensors"))
    for version in [2, 3] {
      let file = try NPYFile(contentsOf: Fixture.path("npy_version\(version).npy"))
      #expect(isIdentical(file.tensor(), try expected.tensor(named: "npy_little_f4")))
    }
    #expect(try NPYFile(contentsOf: Fixture.path("npy_scalar.npy")).tensor() == Tensor(shape: [], [1.5]))
  }

  @Test("Whole numbers are read exactly; floats are not taken for them")
  func integers() throws {
    for code in ["i1", "little_i2", "big_i4", "little_i8", "big_i8", "u1", "big_u2", "little_u4", "big_u8"] {
      let file = try NPYFile(contentsOf: Fixture.path("npy_\(code).npy"))
      #expect(try file.integers().map { Float($0) } == file.tensor().elements, "\(code)")
    }
    let folder = try TemporaryFolder()
    let numbers = [.max, .min, 0, -1, 1 << 53 + 1]
    try NPYFile.write(numbers, shape: [5], to: folder.file("i.npy"))
    #expect(try NPYFile(contentsOf: folder.file("i.npy")).integers() == numbers)
    #expect(error { try NPYFile.write(numbers, shape: [6], to: folder.file("j.npy")) }?.code == .shapeMismatch)
    let floats = try NPYFile(contentsOf: Fixture.path("npy_little_f4.npy"))
    #expect(error { _ = try floats.integers() }?.code == .invalidArgument)
  }

  @Test("What is written equals NumPy's own bytes")
  func writing() throws {
    let folder = try TemporaryFolder()
    let tensor = try NPYFile(contentsOf: Fixture.path("npy_little_f4.npy")).tensor()
    try NPYFile.write(tensor, to: folder.file("x.npy"))
    #expect(
      try Array(Data(contentsOf: URL(fileURLWithPath: folder.file("x.npy")))) == Fixture.bytes("npy_little_f4.npy"))
    try NPYFile.write(Tensor(shape: [], [1.5]), to: folder.file("s.npy"))
    #expect(
      try Array(Data(contentsOf: URL(fileURLWithPath: folder.file("s.npy")))) == Fixture.bytes("npy_scalar.npy"))
    let long = Tensor([Float](repeating: 3, count: 7)).reshaped(Shape([7] + Array(repeating: 1, count: 30)))
    try NPYFile.write(long, to: folder.file("l.npy"))
    #expect(try NPYFile(contentsOf: folder.file("l.npy")).tensor() == long)
  }

  @Test("Rows can be written one batch at a time, and only whole files appear")
  func rows() throws {
    let folder = try TemporaryFolder()
    let tensor = try NPYFile(contentsOf: Fixture.path("npy_little_f4.npy")).tensor()
    let path = folder.file("rows.npy")
    let writer = try NPYRowWriter(path: path, rowCount: 2, rowShape: [3, 4])
    try writer.append(tensor.rows(0..<1))
    #expect(error { try writer.finish() }?.code == .shapeMismatch)
    #expect(error { try writer.append(Tensor(zeros: [1, 4, 3])) }?.code == .shapeMismatch)
    #expect(error { try writer.append(Tensor(zeros: [2, 3, 4])) }?.code == .shapeMismatch)
    #expect(!FileManager.default.fileExists(atPath: path))
    try writer.append(tensor.rows(1..<2))
    try writer.finish()
    #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == Fixture.bytes("npy_little_f4.npy"))
    do {
      let abandoned = try NPYRowWriter(path: folder.file("no.npy"), rowCount: 9, rowShape: [2])
      try abandoned.append(Tensor([[1, 2]]))
    }
    #expect(try folder.contents == ["rows.npy"])
  }

  @Test("Foreign and damaged files are refused with the reason")
  func refusals() throws {
    let folder = try TemporaryFolder()
    func refusal(_ path: String) throws -> GraftError { try #require(error { _ = try NPYFile(contentsOf: path) }) }
    #expect(try refusal(folder.file("none")).code == .fileNotFound)
    #expect(try refusal(Fixture.path("types.h5")).code == .unreadable)
    #expect(try refusal(Fixture.path("npy_structured.npy")).code == .unsupported)
    #expect(try refusal(Fixture.path("npy_complex.npy")).message.contains("'<c8'"))
    let whole = try Fixture.bytes("npy_little_f4.npy")
    for length in whole.indices {
      let refused = try refusal(folder.write(Array(whole[..<length])))
      #expect(refused.code == (length < 6 ? .unreadable : .corrupt), "\(length): \(refused)")
    }
    for text in [
      "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", "{'descr': '<f4'}", "{", "",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "{'descr': '<f4', 'shape': (1,), 'x': False} y",
      "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }",
    ] {
      let bytes = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8) + [0, 0, 0, 0]
      #expect(try refusal(folder.write(bytes)).code == .corrupt, "\(text)")
    }
  }
}
