internal import Foundation
internal import Graft
internal import Testing

/// Wrong usage ends with exit code 64 and words on standard error.
@Suite struct UsageTests {
  @Test(
    "Wrong usage",
    arguments: [
      (["train"], "folder"), (["train", "x", "--base", "b.h5"], "--output"), (["train", "x", "-o", "m"], "--base"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--unknown"], "--unknown"),
      (
        ["train", "x", "--base", "b.h5", "-o", "m", "--validation", "v", "--validation-split", "0.1"],
        "either --validation or --validation-split"
      ),
      (["train", "x", "--base", "b.h5", "-o", "m", "--validation-split", "1"], "--validation-split"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--epochs", "0"], "--epochs"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--epochs", "many"], "--epochs"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--batch-size", "0"], "--batch-size"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--dense", "-1"], "--dense"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--max-bad", "-1"], "--max-bad"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--learning-rate", "0"], "--learning-rate"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--learning-rate", "nan"], "--learning-rate"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--image-size", "0"], "--image-size"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--preprocess", "vgg"], "tf, caffe, torch"),
      (["train", "x", "--base", "b.h5", "-o", "m", "--fit", "bend"], "stretch"),
      (["train", "x", "--base", "b.graft", "--weights", "w.h5", "-o", "m"], "--weights"),
      (["evaluate", "m.graft"], "folder"), (["evaluate", "m.graft", "x", "--max-bad", "-2"], "--max-bad"),
      (["predict", "m.graft"], "file"), (["predict", "m.graft", "x.jpg", "--top", "0"], "--top"),
      (["inspect"], "file"), (["inspect", "m", "--wrong"], "--wrong"), (["models", "--wrong"], "--wrong"),
      (["features", "x", "--base", "b.h5", "-o", "features.csv"], ".npy"),
      (["run", "m.graft", "--input", "x.npy"], "--output"), (["fly"], "fly"),
    ])
  func wrong(arguments: [String], word: String) async throws {
    let run = try await Command.run(arguments)
    #expect(!run.wasKilled && run.status == 64, "\(run.status): \(run.errors)")
    #expect(run.errors.contains(word), "\"\(word)\" is not in: \(run.errors)")
    #expect(run.output == "")
  }

  @Test("Help and version succeed")
  func help() async throws {
    for command in ["train", "evaluate", "predict", "inspect", "models", "features", "run"] {
      let run = try await Command.run(command, "--help")
      #expect(run.succeeded && run.output.contains("USAGE: graft \(command)"))
      #expect(try await Command.run("--help").output.contains(command))
    }
    #expect(try await Command.run("--version").succeeded)
  }

  @Test("models lists the zoo and says what is in the cache")
  func models() async throws {
    let folder = try TestFolder()
    let text = try await Command.run(["models"], cache: folder("cache"))
    #expect(text.succeeded && text.output.contains("mobilenet-v2"))
    let list = try #require(try await Command.run(["models", "--json"], cache: folder("cache")).json().array)
    #expect(!list.isEmpty)
    for entry in list {
      #expect(entry["base"] == "mobilenet-v2")
      #expect(entry["cached"] == false)
      #expect(try #require(entry["path"]?.string).hasPrefix(folder("cache")))
      #expect(entry["url"]?.string?.hasPrefix("https://") == true)
    }
    #expect(list.contains { $0["image_size"] == 224 && $0["parameters"] == 2_257_984 })
  }
}
