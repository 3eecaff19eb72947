internal import Foundation
internal import Graft
internal import GraftCore
internal import Testing

/// Pictures with any number of labels: `--tags`.
@Suite(.serialized) struct LabelTests {
  /// Pictures in three colours, each with its colour as a label; red ones have another.
  private func photos() throws -> TestFolder {
    let folder = try TestFolder()
    try folder.photos(count: 12)
    var lines = ["path,tags"]
    for color in ["blue", "green", "red"] {
      for number in 0..<12 { lines.append("\(color)/\(number).bmp,\(color == "red" ? "red|warm" : color)") }
    }
    try folder.write("tags.csv", Array(lines.joined(separator: "\n").utf8))
    return folder
  }

  @Test("train, predict, evaluate and inspect know that these are labels")
  func labels() async throws {
    let folder = try photos()
    let report = try await Command.train(
      folder("photos"), to: folder("m.graft"), "--json", "--tags", folder("tags.csv"), "--epochs", "60", "--seed", "1",
      "--learning-rate", "0.01", "--augment", "flip"
    ).json()
    #expect(report["task"] == "multi_label")
    #expect(report["classes"] == ["blue", "green", "red", "warm"])
    #expect(report["validation_accuracy"]?.double == 1)
    #expect(report["history"]?.array?.last?["val_f1"]?.double == 1)
    #expect(report["validation"]?["confusion"] == nil)
    let artifact = try await GraftModel(contentsOf: folder("m.graft"))
    #expect(artifact.task == .multiLabel)

    let red = folder("photos/red/3.bmp")
    let text = try await Command.run("predict", folder("m.graft"), red, folder("photos/blue/1.bmp"))
    let lines = text.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 2)
    #expect(lines[0].hasPrefix(red) && lines[0].contains("red ") && lines[0].contains("warm "))
    #expect(lines[1].contains("blue ") && !lines[1].contains("warm"))
    let list = try #require(try await Command.run("predict", folder("m.graft"), red, "--json").json().array)
    #expect(Set(list[0]["labels"]?.array?.compactMap(\.string) ?? []) == ["red", "warm"])
    #expect(list[0]["scores"]?.array?.count == 2 && list[0]["class"] == nil)
    let all = try await Command.run("predict", folder("m.graft"), red, "--top", "4", "--json").json()
    #expect(all.array?[0]["scores"]?.array?.count == 4)

    let judged = try await Command.run(
      "evaluate", folder("m.graft"), folder("photos"), "--tags", folder("tags.csv"), "--json"
    ).json()
    #expect(judged["count"] == 36 && judged["accuracy"]?.double == 1)
    #expect(judged["classes"]?.array?.map { $0["count"] } == [12, 12, 12, 12])
    try await Command.run("evaluate", folder("m.graft"), folder("photos")).expectFailure("--tags")
    let inspected = try await Command.run("inspect", folder("m.graft"), "--json").json()
    #expect(inspected["task"] == "multi_label")
  }

  @Test("--validation and --test are tables; head auto is dense, and says why; other models refuse tags")
  func tables() async throws {
    let folder = try photos()
    let lines = try String(decoding: folder.bytes("tags.csv"), as: UTF8.self).split(separator: "\n").map(String.init)
    let groups = Dictionary(grouping: lines.dropFirst().enumerated()) { $0.offset % 3 }
    for (index, name) in ["train", "watched", "test"].enumerated() {
      let own = ["path,tags"] + (groups[index] ?? []).map(\.element)
      try folder.write("\(name).csv", Array(own.joined(separator: "\n").utf8))
    }
    let run = try await Command.train(
      folder("photos"), to: folder("m.graft"), "--tags", folder("train.csv"), "--validation", folder("watched.csv"),
      "--test", folder("test.csv"), "--head", "auto", "--epochs", "2", "--fine-tune-from", "second",
      "--fine-tune-epochs",
      "1")
    #expect(run.succeeded, "\(run.errors)")
    #expect(run.output.contains("dense: the linear head gives every picture one class, not labels."))
    #expect(run.output.contains("test: ") && run.output.contains("pictures' labels"))
    #expect(try await Command.train(folder("photos"), to: folder("n.graft"), "--epochs", "1").succeeded)
    try await Command.run("evaluate", folder("n.graft"), folder("photos"), "--tags", folder("tags.csv"))
      .expectFailure("one class")
  }
}
