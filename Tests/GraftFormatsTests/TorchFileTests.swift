import Foundation
import GraftCore
import GraftFormats
import Testing

@Suite struct TorchFileTests {
  @Test("Both layouts hold what torch says they hold, to the bit", arguments: ["small_zip.pth", "small_legacy.pth"])
  func tensors(_ name: String) throws {
    let expected = try SafetensorsFile(contentsOf: Fixture.path("small.safetensors"))
    let file = try TorchFile(contentsOf: Fixture.path(name))
    #expect(file.names.sorted() == expected.names.sorted())
    #expect(file.names.prefix(3) == ["conv.weight", "channels_last", "transposed"])
    for name in expected.names {
      let (received, wanted) = (try file.tensor(named: name), try expected.tensor(named: name))
      #expect(received.shape == wanted.shape, "\(name)")
      #expect(received.elements.map(\.bitPattern) == wanted.elements.map(\.bitPattern), "\(name)")
      #expect(file.shape(of: name) == wanted.shape)
    }
    #expect(file.shape(of: "nothing") == nil)
    #expect(error { _ = try file.tensor(named: "nothing") }?.code == .weightMismatch)
  }

  @Test("Weights of a checkpoint, and of a newer protocol", arguments: ["checkpoint.pth", "protocol_4.pth"])
  func checkpoints(_ name: String) throws {
    let expected = try SafetensorsFile(contentsOf: Fixture.path("small.safetensors")).tensor(named: "conv.weight")
    let file = try TorchFile(contentsOf: Fixture.path(name))
    #expect(file.names == ["conv.weight"])
    #expect(try file.tensor(named: "conv.weight").elements == expected.elements)
  }

  @Test(
    "What asks for more than weights is named, and not run",
    arguments: [
      ("evil_system.pth", "posix.system"), ("evil_eval.pth", "__builtin__.eval"),
      ("evil_module.pth", "torch.nn.modules.linear.Linear"),
    ])
  func globals(_ name: String, _ asked: String) throws {
    let refused = try #require(error { _ = try TorchFile(contentsOf: Fixture.path(name)) })
    #expect(refused.code == .unsupported)
    #expect(refused.message.contains("The pickle asks for Python's '\(asked)'"))
    #expect(refused.message.contains("nothing of it was run"))
    #expect(!FileManager.default.fileExists(atPath: "graft-was-here"))
  }

  @Test func filesAreToldByTheirContents() throws {
    for (name, isTorch) in [
      ("small_zip.pth", true), ("small_legacy.pth", true), ("small.safetensors", false), ("network.keras", false),
      ("types.h5", false), ("python.zip", false),
    ] {
      #expect(try TorchFile.describes(Fixture.path(name)) == isTorch, "\(name)")
      #expect(try StateDict.describes(Fixture.path(name)) == (isTorch || name == "small.safetensors"), "\(name)")
    }
    let folder = try TemporaryFolder()
    for bytes: [UInt8] in [[], [0x80], Array("plain text".utf8), Array(repeating: 0xFF, count: 40)] {
      let path = try folder.write(bytes)
      #expect(try !StateDict.describes(path))
      #expect(error { _ = try TorchFile(contentsOf: path) }?.code == .unreadable)
    }
    #expect(error { _ = try TorchFile(contentsOf: folder.file("none")) }?.code == .fileNotFound)
  }

  @Test("A file that is cut short anywhere is an error", arguments: ["small_zip.pth", "small_legacy.pth"])
  func cutShort(_ name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Fixture.bytes(name)
    for count in whole.indices {
      let refused = error { _ = try TorchFile(contentsOf: folder.write(Array(whole[..<count]))) }
      #expect(refused != nil, "\(count)")
    }
    #expect(
      error { _ = try TorchFile(contentsOf: folder.write(whole + [0])) }?.code
        == (name == "small_zip.pth" ? nil : .corrupt))
  }

  @Test(
    "Random damage is an error or another number; it never ends the process",
    arguments: ["small_zip.pth", "small_legacy.pth"])
  func randomFlips(_ name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Fixture.bytes(name)
    for seed in 0..<2000 {
      let random = RandomNumbers(seed: UInt64(seed))
      var bytes = whole
      for flip in 0...(random.words(at: 0).x % 4) {
        let word = random.words(at: UInt64(flip) + 1)
        bytes[Int(word.x) % bytes.count] ^= UInt8(truncatingIfNeeded: word.y) | 1
      }
      do {
        let file = try TorchFile(contentsOf: folder.write(bytes))
        for name in file.names { #expect(try file.tensor(named: name).shape == file.shape(of: name)) }
      } catch let error as GraftError {
        #expect(!error.message.isEmpty)
      }
    }
  }
}
