import Foundation
import GraftCore
import GraftFormats
import Testing

@Suite struct HDF5FileTests {
  @Test("Every element type, byte order, layout and compression reads as h5py reads it")
  func types() throws {
    let file = try HDF5File(contentsOf: Fixture.path("types.h5"))
    let expected = try SafetensorsFile(contentsOf: Fixture.path("types.expected.safetensors"))
    #expect(expected.names.count == 19)
    for name in expected.names {
      #expect(isIdentical(try file.tensor(at: name), try expected.tensor(named: name)), "\(name)")
    }
  }

  @Test("The newest file format and a user block are read")
  func latest() throws {
    let file = try HDF5File(contentsOf: Fixture.path("latest.h5"))
    let expected = try SafetensorsFile(contentsOf: Fixture.path("latest.expected.safetensors"))
    #expect(
      isIdentical(try file.tensor(at: "deep/er/kernel"), try expected.tensor(named: "deep/er/kernel")))
  }

  @Test("Attributes of fixed, variable, listed and split strings are read")
  func attributes() throws {
    let file = try HDF5File(contentsOf: Fixture.path("types.h5"))
    #expect(try file.string(attribute: "fixed", of: "") == "grün")
    #expect(try file.string(attribute: "variable", of: "") == "größer")
    #expect(try file.strings(attribute: "fixed_list", of: "") == ["a", "bcd", ""])
    #expect(try file.strings(attribute: "variable_list", of: "") == ["x", "yz"])
    #expect(try file.strings(attribute: "empty_list", of: "") == [])
    #expect(try file.strings(attribute: "split", of: "") == ["a", "b", "c"])
    #expect(try file.strings(attribute: "absent", of: "") == nil)
    #expect(try file.string(attribute: "fixed", of: "no such group") == nil)
    #expect(error { _ = try file.string(attribute: "number", of: "") }?.code == .unsupported)
  }

  @Test("Groups list their members; links that lead elsewhere are not followed")
  func listing() throws {
    let file = try HDF5File(contentsOf: Fixture.path("types.h5"))
    #expect(
      file.members(of: "") == ["bfloat16", "chunked", "empty", "gzip", "scalar", "text", "types"])
    #expect(file.members(of: "types")?.count == 14)
    #expect(file.members(of: "gzip") == nil)
    #expect(file.shape(of: "gzip") == [40, 30])
    #expect(file.shape(of: "scalar") == [])
    #expect(file.shape(of: "soft") == nil)
    #expect(file.contains("types/<f2"))
    #expect(!file.contains("external"))
    #expect(error { _ = try file.tensor(at: "soft") }?.code == .unreadable)
    #expect(error { _ = try file.tensor(at: "text") }?.code == .unsupported)
  }

  @Test("What is not HDF5 is named")
  func notHDF5() throws {
    let folder = try TemporaryFolder()
    func refusal(_ path: String) throws -> GraftError { try #require(error { _ = try HDF5File(contentsOf: path) }) }
    #expect(try refusal(folder.file("none.h5")).code == .fileNotFound)
    #expect(try refusal(folder.path).message.contains("a folder"))
    for (bytes, hint) in [
      (Array("PK\u{3}\u{4}more".utf8), "'.keras'"), (Array("<html>no</html>".utf8), "web page"),
      (Array("version https://git-lfs".utf8), "Git LFS"), ([], "empty"), ([1, 2, 255], "01 02 ff"),
    ] {
      let refused = try refusal(folder.write(bytes))
      #expect(refused.code == .unreadable)
      #expect(refused.message.contains(hint), "\(refused)")
    }
  }

  @Test("A file cut at any length is refused when it is opened")
  func truncated() throws {
    let folder = try TemporaryFolder()
    let whole = try Fixture.bytes("keras2_plain_weights.h5")
    for length in stride(from: 8, to: whole.count, by: 97) {
      let path = try folder.write(Array(whole[..<length]))
      let refused = try #require(error { _ = try HDF5File(contentsOf: path) }, "\(length) bytes")
      #expect(refused.code == .corrupt)
    }
    let nearlyWhole = try folder.write(Array(whole.dropLast()))
    let refused = try #require(error { _ = try HDF5File(contentsOf: nearlyWhole) })
    #expect(refused.message.contains("cut short"), "\(refused)")
  }

  @Test("Many threads may read one file and many files at once")
  func threads() async throws {
    let expected = try SafetensorsFile(contentsOf: Fixture.path("types.expected.safetensors"))
    let shared = try HDF5File(contentsOf: Fixture.path("types.h5"))
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for index in 0..<32 {
        group.addTask {
          let file = index.isMultiple(of: 2) ? shared : try HDF5File(contentsOf: Fixture.path("types.h5"))
          return try expected.names.allSatisfy {
            isIdentical(try file.tensor(at: $0), try expected.tensor(named: $0))
          }
        }
      }
      for try await isRight in group { #expect(isRight) }
    }
  }
}
