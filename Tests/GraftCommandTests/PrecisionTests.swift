internal import Foundation
internal import Graft
internal import Testing

/// `--precision int8`.
@Suite(.serialized) struct PrecisionTests {
  private static let options = ["--epochs", "3", "--seed", "3", "--batch-size", "8"]

  private func train(
    _ folder: TestFolder, _ output: String, _ more: String..., environment: [String: String] = [:]
  ) async throws -> CommandRun {
    try await Command.run(
      [
        "train", folder("photos"), "--base", Fixture.tiny, "--preprocess", "tf", "--precision", "int8", "-o",
        folder(output),
      ] + Self.options + more, environment: environment)
  }

  @Test("train, evaluate, predict, inspect and features use the same quantised base, and say so")
  func everyCommand() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let report = try await train(folder, "m.graft", "--json").json()
    #expect(report["precision"]?.string == "int8")
    #expect(report["quantization"]?["layers"]?.array?.compactMap { $0["name"]?.string } == ["first", "second"])
    #expect(report["quantization"]?["pictures"]?.int == report["used"]?["train"]?.int)
    #expect(try #require(report["quantization"]?["mean_cosine"]?.double) > 0.99)

    let text = try await Command.run("inspect", folder("m.graft"))
    #expect(text.output.contains("precision") && text.output.contains("int8: 2 layers quantised"))
    #expect(text.output.contains("setting precision"))
    for flag in ["--quantisation", "--quantization"] {
      let table = try await Command.run("inspect", folder("m.graft"), flag)
      #expect(table.succeeded)
      #expect(
        table.output.contains("relative error") && table.output.contains("first") && table.output.contains("second"))
    }
    let graph = try await Command.run("inspect", folder("m.graft"), "--graph")
    #expect(graph.output.contains("first = int8 convolution"))
    let document = try await Command.run("inspect", folder("m.graft"), "--json").json()
    #expect(document["precision"]?.string == "int8")
    #expect(document["quantization"]?["tag"]?.string == report["quantization"]?["tag"]?.string)

    // What training ended with is what the file gives.
    let own = try await Command.run("evaluate", folder("m.graft"), photos, "--json").json()
    #expect(own["accuracy"]?.double != nil)
    let path = "\(photos)/red/0.bmp"
    let one = try await Command.run("predict", folder("m.graft"), path, "--top", "3", "--json").json()
    let all = try await Command.run("predict", folder("m.graft"), photos, "--top", "3", "--json").json()
    let same = all.array?.first { $0["path"]?.string?.hasSuffix("red/0.bmp") == true }
    #expect(same?["scores"] == one.array?.first?["scores"])

    let features = try await Command.run(
      "features", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--precision", "int8", "--json", "-o",
      folder("f.npy")
    ).json()
    #expect(features["precision"]?.string == "int8")
    #expect(features["quantization"]?["layers"]?.array?.count == 2)

    // The same command gives the same file.
    #expect(try await train(folder, "again.graft").succeeded)
    #expect(try folder.bytes("m.graft") == folder.bytes("again.graft"))
    #expect(try await train(folder, "text.graft").output.contains("cosine of features to float32"))
  }

  @Test("Fine-tuning trains on quantised features, with floats from there on; nothing frozen is refused at once")
  func fineTuning() async throws {
    let folder = try TestFolder()
    try folder.photos()
    let run = try await train(folder, "m.graft", "--fine-tune-from", "second", "--fine-tune-epochs", "2")
    #expect(run.output.contains("what stays frozen is int8"))
    let graph = try await Command.run("inspect", folder("m.graft"), "--graph")
    #expect(graph.output.contains("first = int8 convolution") && !graph.output.contains("second = int8"))

    let refused = try await train(folder, "n.graft", "--fine-tune-from", "first", "--fine-tune-epochs", "2")
    refused.expectStopped("leaves nothing frozen")
    #expect(!FileManager.default.fileExists(atPath: folder("n.graft")))

    // An int8 model as a base: its float weights are taken.
    let again = try await Command.run(
      ["train", folder("photos"), "--base", folder("m.graft"), "-o", folder("o.graft")] + Self.options)
    #expect(again.succeeded && again.errors.contains("its float weights are taken"))
    #expect(try await Command.run("inspect", folder("o.graft"), "--json").json()["precision"]?.string == "float32")
    let plain = try await Command.run("inspect", folder("o.graft"), "--quantisation")
    plain.expectFailure("nothing of it is quantised")
  }

  @Test("Without instructions for 8 bits it runs all the same, says so, and loads what others made")
  func otherProcessors() async throws {
    let folder = try TestFolder()
    try folder.photos()
    let old = ["ONEDNN_MAX_CPU_ISA": "AVX2"]
    let run = try await train(folder, "old.graft", environment: old)
    #expect(run.succeeded && run.errors.contains("no faster than float32"), "\(run.errors)")
    #expect(try await train(folder, "new.graft").succeeded)
    let path = "\(folder("photos"))/green/1.bmp"
    func probabilities(_ model: String, _ environment: [String: String]) async throws -> [Double] {
      let list = try await Command.run(
        ["predict", folder(model), path, "--top", "3", "--json"], environment: environment
      ).json()
      let scores = try #require(list.array?.first?["scores"]?.array)
      return scores.sorted { $0["class"]?.string ?? "" < $1["class"]?.string ?? "" }.compactMap {
        $0["probability"]?.double
      }
    }
    for model in ["old.graft", "new.graft"] {
      let here = try await probabilities(model, [:])
      let there = try await probabilities(model, old)
      // Rounding the other way moves a feature by a 255th of its range here and there.
      for (left, right) in zip(here, there) { #expect(abs(left - right) < 0.01) }
    }
  }
}
