internal import Foundation
internal import Graft
internal import Testing

/// Wrong usage ends with exit code 64 and words on standard error.
@Suite struct UsageTests {
  static let train = ["train", "x", "--base", "b.h5", "-o", "m"]

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
      (Self.train + ["--head", "sparse"], "dense"), (Self.train + ["--schedule", "cosine:2"], "--schedule"),
      (Self.train + ["--schedule", "steps"], "--schedule"), (Self.train + ["--optimizer", "lion"], "adamw"),
      (Self.train + ["--momentum", "0.9"], "--momentum belongs to sgd and rmsprop"),
      (Self.train + ["--optimizer", "sgd", "--momentum", "2"], "--momentum must lie"),
      (Self.train + ["--weight-decay", "-1"], "--weight-decay"), (Self.train + ["--clip-norm", "0"], "--clip-norm"),
      (Self.train + ["--average-weights", "1"], "--average-weights"),
      (Self.train + ["--label-smoothing", "1.5"], "--label-smoothing"),
      (Self.train + ["--class-weight", "red"], "--class-weight"),
      (Self.train + ["--class-weight", "red=-1"], "--class-weight"),
      (Self.train + ["--early-stopping", "0"], "--early-stopping"),
      (Self.train + ["--reduce-on-plateau", "0"], "--reduce-on-plateau"),
      (Self.train + ["--csv-log", ""], "--csv-log"),
      (Self.train + ["--augment", "flop"], "flip"), (Self.train + ["--augment", "rotation=9"], "rotation"),
      (Self.train + ["--views", "4"], "--views needs --augment"),
      (Self.train + ["--augment", "light", "--views", "0"], "--views must lie"),
      (Self.train + ["--fine-tune-epochs", "3"], "--fine-tune-epochs needs --fine-tune-from"),
      (Self.train + ["--fine-tune-rate-decay", "0.5"], "needs --fine-tune-from"),
      (Self.train + ["--fine-tune-from", "1.5"], "at most 1"), (Self.train + ["--fine-tune-from", "a,,b"], "empty"),
      (Self.train + ["--fine-tune-from", "a,b", "--fine-tune-epochs", "1,2,3"], "each of 2 phases"),
      (Self.train + ["--fine-tune-from", "a", "--fine-tune-epochs", "0"], "at least one epoch"),
      (Self.train + ["--fine-tune-from", "a", "--fine-tune-learning-rate", "0"], "--fine-tune-learning-rate"),
      (Self.train + ["--fine-tune-from", "a", "--fine-tune-rate-decay", "0"], "--fine-tune-rate-decay"),
      (Self.train + ["--fine-tune-from", "a", "--fine-tune-batch-norm", "thawed"], "frozen"),
      (Self.train + ["--head", "linear", "--augment", "light"], "--augment needs training in epochs"),
      (Self.train + ["--tags", "t.csv", "--head", "linear"], "--head linear gives every picture one class"),
      (Self.train + ["--tags", "t.csv", "--class-weight", "balanced"], "not for --tags"),
      (Self.train + ["--checkpoint-interval", "-1"], "--checkpoint-interval"),
      (Self.train + ["--checkpoint-every-steps", "0"], "--checkpoint-every-steps"),
      (Self.train + ["--recipe", "slow"], "fast"),
      (["augment", "x", "-o", "s.png"], "--augment"), (["augment", "x", "--augment", "flop", "-o", "s.png"], "flip"),
      (["augment", "x", "--augment", "flip", "--rows", "0", "-o", "s.png"], "--rows"),
      (["learning-rate", "x"], "--base"), (["learning-rate", "x", "--base", "b.h5", "--steps", "2"], "--steps"),
      (["learning-rate", "x", "--base", "b.h5", "--minimum", "1", "--maximum", "0.1"], "--minimum"),
      (["evaluate", "m.graft"], "folder"), (["evaluate", "m.graft", "x", "--max-bad", "-2"], "--max-bad"),
      (["predict", "m.graft"], "file"), (["predict", "m.graft", "x.jpg", "--top", "0"], "--top"),
      (["inspect"], "file"), (["inspect", "m", "--wrong"], "--wrong"), (["models", "--wrong"], "--wrong"),
      (["models", "--json", "--markdown"], "--markdown"),
      (["models", "--layers", "--markdown"], "--layers"), (["fetch"], "name"),
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
    for command in [
      "train", "evaluate", "predict", "inspect", "models", "features", "run", "learning-rate", "augment", "fetch",
    ] {
      let run = try await Command.run(command, "--help")
      #expect(run.succeeded && run.output.contains("USAGE: graft \(command)"))
      #expect(try await Command.run("--help").output.contains(command))
    }
    #expect(try await Command.run("--version").succeeded)
  }

  @Test("models --layers lists the classes of layers, and counts them")
  func layers() async throws {
    let text = try await Command.run("models", "--layers")
    let lines = text.output.split(separator: "\n").map(String.init)
    #expect(Array(lines.dropLast()) == KerasModel.layerClassNames)
    #expect(lines.last == "\(KerasModel.layerClassNames.count) classes of layers")
    #expect(try await Command.run("models", "--layers", "--json").json().array?.count == lines.count - 1)
  }

  @Test("models lists the zoo and says what is in the cache")
  func models() async throws {
    let folder = try TestFolder()
    let text = try await Command.run(["models"], cache: folder("cache"))
    #expect(text.succeeded && text.output.contains("mobilenet-v2"))
    let list = try #require(try await Command.run(["models", "--json"], cache: folder("cache")).json().array)
    #expect(list.count == 65)
    for entry in list {
      #expect(entry["cached"] == false)
      #expect(try #require(entry["path"]?.string).hasPrefix(folder("cache")))
      #expect(entry["url"]?.string?.hasPrefix("https://") == true)
    }
    #expect(list.contains { $0["base"] == "mobilenet-v2" && $0["image_size"] == 224 && $0["parameters"] == 2_257_984 })
    let table = try await Command.run(["models", "--markdown"], cache: folder("cache")).output
    #expect(table.split(separator: "\n").count == 67)
    let row = "| `efficientnet-b0` | `EfficientNetB0` | 224 | 4,049,571 | 16 | 77.1 | 93.3 | `block7a_expand_conv` |"
    #expect(table.contains(row))
  }

  @Test("The article's table is what models prints")
  func articleTable() async throws {
    let article = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/Graft/Documentation.docc/ChoosingABase.md")
    let table = try await Command.run("models", "--markdown").output
    #expect(try String(contentsOf: article, encoding: .utf8).contains(table))
  }

  @Test("fetch names the nearest networks, and refuses a damaged file that is in the cache")
  func fetch() async throws {
    try await Command.run("fetch", "efficientnet-c0").expectFailure("efficientnet-b0")
    let folder = try TestFolder()
    try FileManager.default.createDirectory(atPath: folder("cache/weights"), withIntermediateDirectories: true)
    _ = try folder.write("cache/weights/efficientnetb0_notop.h5", Array("no weights".utf8))
    let run = try await Command.run(["fetch", "EfficientNetB0"], cache: folder("cache"))
    run.expectFailure("expected MD5 50bc09e76180e00e4465e1a485ddc09d, received a531743590a6ac9fa02a1b5e6e55248b")
  }
}
