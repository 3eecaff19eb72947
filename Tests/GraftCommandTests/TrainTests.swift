internal import Foundation
internal import Graft
internal import Testing

/// `graft train`: what it says and what it writes.
@Suite(.serialized) struct TrainTests {
  @Test("Text names classes, accuracies and the model; the model works")
  func text() async throws {
    let folder = try TestFolder()
    let run = try await Command.train(try folder.photos(), to: folder("m.graft"), "--seed", "1", "--epochs", "30")
    #expect(run.succeeded, "\(run.errors)")
    for words in ["blue", "green", "red", "validation  accuracy 100.0 %", folder("m.graft"), "cut at pool, 8 features"]
    {
      #expect(run.output.contains(words), "\"\(words)\" is not in: \(run.output)")
    }
    let model = try await GraftModel(contentsOf: folder("m.graft"))
    #expect(model.classNames == ["blue", "green", "red"])
    #expect(model.provenance.seed == 1)
    #expect(model.provenance.history.count == 30)
    #expect(model.provenance.cut == "pool")
  }

  @Test("--json is one document with history, results, counts and seconds")
  func json() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let test = try folder.photos("test", count: 4, seed: 2)
    let report = try await Command.train(
      photos, to: folder("m.graft"), "--json", "--epochs", "30", "--test", test, "--seed", "1"
    ).json()
    #expect(report["classes"] == ["blue", "green", "red"])
    #expect(report["set_aside"] == [])
    #expect(report["model"]?.string == folder("m.graft"))
    #expect(report["cut"] == "pool")
    let history = try #require(report["history"]?.array)
    #expect(history.map { $0["epoch"]?.int } == (1...30).map { $0 })
    for record in history {
      for key in ["loss", "accuracy", "val_loss", "val_accuracy", "seconds"] {
        #expect(try #require(record[key]?.double).isFinite)
      }
    }
    #expect(report["accuracy"] == history.last?["accuracy"])
    #expect(report["loss"] == history.last?["loss"])
    #expect(report["validation_accuracy"] == history.last?["val_accuracy"])
    #expect(report["validation_loss"] == history.last?["val_loss"])
    #expect(report["validation_accuracy"]?.double == 1)
    #expect(report["test_accuracy"]?.double == 1)
    // Chance is log 3.
    #expect(try #require(report["test_loss"]?.double) < 1)
    for part in ["train", "validation", "test"] { #expect(report["counts"]?[part]?.object?.count == 3) }
    for name in ["blue", "green", "red"] {
      let (train, watched) = (report["counts"]?["train"]?[name]?.int, report["counts"]?["validation"]?[name]?.int)
      #expect(try #require(train) + #require(watched) == 12)
      #expect(report["counts"]?["test"]?[name] == 4)
    }
    for part in ["scan", "features", "training", "total"] {
      #expect(try #require(report["seconds"]?[part]?.double) >= 0)
    }
  }

  @Test("train, evaluate and evaluate again in other processes: the same numbers")
  func evaluateAgain() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let watched = try folder.photos("watched", count: 5, seed: 3)
    let trained = try await Command.train(photos, to: folder("m.graft"), "--json", "--validation", watched).json()
    #expect(trained["counts"]?["train"]?["red"] == 12)
    #expect(trained["counts"]?["validation"]?["red"] == 5)
    let first = try await Command.run("evaluate", folder("m.graft"), watched, "--json")
    let second = try await Command.run("evaluate", folder("m.graft"), watched, "--json")
    #expect(first.output == second.output)
    let report = try first.json()
    #expect(report["accuracy"] == trained["validation_accuracy"])
    // In batches of another size some processors add up in another order.
    let (loss, watchedLoss) = (report["loss"]?.double, trained["validation_loss"]?.double)
    #expect(try abs(#require(loss) - #require(watchedLoss)) < 1e-6)
    #expect(report["count"] == 15)
    let confusion = try #require(report["confusion"]?.array)
    #expect(confusion.map { ($0.array ?? []).compactMap(\.int).reduce(0, +) } == [5, 5, 5])
  }

  @Test("Equal seeds give equal files, another seed another one")
  func seeds() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    for (name, seed) in [("a", "5"), ("b", "5"), ("c", "6")] {
      #expect(try await Command.train(photos, to: folder(name), "--seed", seed, "--epochs", "3").succeeded)
    }
    #expect(try folder.bytes("a") == folder.bytes("b"))
    #expect(try folder.bytes("a") != folder.bytes("c"))
  }

  @Test("A folder that is split already")
  func splitFolder() async throws {
    let folder = try TestFolder()
    try folder.photos("all/train", count: 6)
    try folder.photos("all/validation", count: 3, seed: 2)
    try folder.photos("all/test", count: 2, seed: 3)
    let report = try await Command.train(folder("all"), to: folder("m.graft"), "--json").json()
    for (part, count) in [("train", 6), ("validation", 3), ("test", 2)] {
      #expect(report["counts"]?[part] == ["blue": .int(count), "green": .int(count), "red": .int(count)])
    }
    #expect(report["test"]?["count"] == 6)
  }

  @Test("--cut, --image-size and --dense shape the network")
  func shapes() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let report = try await Command.train(
      photos, to: folder("m.graft"), "--json", "--cut", "first", "--image-size", "24", "--dense", "0"
    ).json()
    #expect(report["cut"] == "first")
    let model = try await GraftModel(contentsOf: folder("m.graft")).model
    #expect(model.input.shape == [24, 24, 3])
    let names = model.allLayers.map(\.name)
    #expect(names.contains("first") && !names.contains("second") && !names.contains("head_dense"))
    #expect(model.trainableParameterCount == 8 * 3 + 3)
  }

  @Test("A .graft file is a base, too")
  func graftAsBase() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    #expect(try await Command.train(photos, to: folder("first.graft")).succeeded)
    let run = try await Command.run(
      "train", photos, "--base", folder("first.graft"), "--head", "dense", "--epochs", "30", "--image-size", "20",
      "--json", "-o",
      folder("second.graft"))
    let report = try run.json()
    #expect(report["cut"] == "pool")
    #expect(report["validation_accuracy"]?.double == 1)
    let model = try await GraftModel(contentsOf: folder("second.graft"))
    #expect(model.model.preprocessing == .scaledToMinusOneToOne)
    #expect(model.model.input.shape == [20, 20, 3])
  }
}
