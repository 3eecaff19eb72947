import Foundation
import GraftCore
import GraftFormats
import Testing

@Suite struct SafetensorsTests {
  @Test("Every element type of the real library's file reads as NumPy converts it")
  func realFile() throws {
    let file = try SafetensorsFile(contentsOf: Fixture.path("real.safetensors"))
    let expected = try SafetensorsFile(contentsOf: Fixture.path("real.expected.safetensors"))
    #expect(file.metadata == ["who": "safetensors", "quoted": #"a "b" \ ü"#])
    #expect(file.names.count == 14)
    #expect(file.elementType(of: "float16") == "F16")
    #expect(file.shape(of: "scalar") == [])
    #expect(file.shape(of: "empty") == [0, 2])
    for name in file.names {
      #expect(isIdentical(try file.tensor(named: name), try expected.tensor(named: name)), "\(name)")
    }
    let missing = try #require(error { _ = try file.tensor(named: "nothing") })
    #expect(missing.code == .weightMismatch)
    #expect(missing.message.contains("'float64'"), "\(missing)")
  }

  @Test("bfloat16 is the upper half of a float")
  func bfloat16() throws {
    let bytes = Self.file(
      #"{"x":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}"#, [0x80, 0x3F, 0x20, 0xC0, 0x80, 0x7F])
    #expect(try SafetensorsFile(bytes: bytes, path: "x").tensor(named: "x") == Tensor([1, -2.5, .infinity]))
  }

  @Test("What is written reads back bit for bit, in its order, with the data aligned")
  func roundTrip() throws {
    let folder = try TemporaryFolder()
    let tensors: [(name: String, tensor: Tensor)] = [
      ("z/ü \"kernel\"", Tensor([[1, -0.0], [.nan, .leastNonzeroMagnitude]])), ("a", Tensor([3])),
      ("none", Tensor(zeros: [0, 4])), ("scalar", Tensor(shape: [], [9])),
    ]
    let metadata = ["graph": #"{"a": "\n"}"#, "é": "\u{1}"]
    for checksums in [false, true] {
      let path = folder.file("x.safetensors")
      try SafetensorsWriter.write(tensors: tensors, metadata: metadata, to: path, checksums: checksums)
      let file = try SafetensorsFile(contentsOf: path, verify: checksums)
      #expect(file.names == tensors.map(\.name))
      #expect(metadata.allSatisfy { file.metadata[$0.key] == $0.value })
      for (name, tensor) in tensors { #expect(isIdentical(try file.tensor(named: name), tensor), "\(name)") }
      let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
      #expect((Int(bytes[0]) + Int(bytes[1]) << 8 + 8) % 64 == 0)
      try SafetensorsWriter.write(tensors: tensors, metadata: metadata, to: path, checksums: checksums)
      #expect(try Array(Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
    }
    #expect(try folder.contents == ["x.safetensors"])
  }

  @Test("Names must be unique and not reserved")
  func names() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("x")
    func refusal(_ names: [String], _ metadata: [String: String] = [:]) -> GraftError? {
      error {
        try SafetensorsWriter.write(
          tensors: names.map { ($0, Tensor([1])) }, metadata: metadata, to: path, checksums: true)
      }
    }
    #expect(refusal(["a", "a"])?.code == .invalidArgument)
    #expect(refusal(["__metadata__"])?.code == .invalidArgument)
    #expect(refusal(["a"], ["graft.sha256": "x"])?.code == .invalidArgument)
    #expect(try folder.contents.isEmpty)
  }

  @Test(
    "What the specification forbids is refused",
    arguments: [
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, "cannot lie at"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, "cannot lie at"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, "need 4 bytes of data, but the file has 8"),
      (#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}"#, "need 12 bytes of data"),
      (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, "leaves a gap"),
      (
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        "overlaps"
      ),
      (
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#,
        "occurs twice"
      ),
      (#"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#, "cannot lie at"),
      (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "Expected whole numbers"),
      (#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "Expected whole numbers"),
      (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}"#, "cannot lie at"),
      (#"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#, "F8_E4M3"),
      (#"{"a":{"dtype":"F32","shape":[2]}}"#, "Expected 'dtype'"),
      (#"{"__metadata__":{"n":1},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#, "strings only"),
      (#"[]"#, "starts with '{'"), (#"{"a":"#, "Invalid JSON"),
    ])
  func malformed(header: String, reason: String) throws {
    let bytes = Self.file(header, [UInt8](repeating: 0, count: 8))
    let refused = try #require(error { _ = try SafetensorsFile(bytes: bytes, path: "x") })
    #expect(refused.message.contains(reason), "\(refused)")
  }

  @Test("Impossible header lengths are refused before memory is taken")
  func headerLength() {
    for bytes: [UInt8] in [
      [], [1, 2, 3], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7B], [3, 0, 0, 0, 0, 0, 0, 0, 0x7B, 0x7D],
      [0, 0, 0, 0, 0, 0, 0, 0],
    ] {
      #expect(error { _ = try SafetensorsFile(bytes: bytes, path: "x") }?.code == .corrupt, "\(bytes)")
    }
  }

  private static func file(_ header: String, _ data: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> ($0 * 8)) } + Array(header.utf8) + data
  }
}
