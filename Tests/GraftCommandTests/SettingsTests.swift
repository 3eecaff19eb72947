internal import Foundation
internal import Graft
internal import Testing

/// Settings from files and recipes.
@Suite(.serialized) struct SettingsTests {
  private func yaml(_ folder: TestFolder, _ text: String) throws -> String {
    try folder.write("settings.yaml", Array(text.utf8))
  }

  @Test("A file holds what flags can; the command line wins; what is in effect can be written and read again")
  func file() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let file = try yaml(
      folder,
      """
      # Flowers
      base: \(Fixture.tiny)
      preprocess: tf
      head: dense
      epochs: 7
      learning-rate: 2e-3
      validation-split: 0.5
      json: true
      resume: false
      fine-tune-from: [second, first]
      fine-tune-epochs: 1
      """)
    let report = try await Command.run(
      "train", photos, "--config", file, "--epochs", "2", "--write-config", folder("effective.yaml"), "-o",
      folder("a.graft")
    ).json()
    #expect(report["phases"]?.array?.map { $0["epochs"] } == [2, 1, 1])
    #expect(report["used"]?["validation"] == 18)
    let settings = try #require(try await GraftModel(contentsOf: folder("a.graft")).provenance.settings)
    #expect(settings["epochs"] == "2" && settings["learning-rate"] == "0.002" && settings["batch-size"] == "32")

    let flags = try await Command.run(
      "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "--epochs", "2",
      "--learning-rate", "2e-3",
      "--validation-split", "0.5", "--fine-tune-from", "second,first", "--fine-tune-epochs", "1", "-o",
      folder("b.graft"))
    #expect(flags.succeeded, "\(flags.errors)")
    let written = try await Command.run(
      "train", photos, "--config", folder("effective.yaml"), "-o", folder("c.graft"))
    #expect(written.succeeded, "\(written.errors)")
    #expect(try folder.bytes("a.graft") == folder.bytes("b.graft"))
    #expect(try folder.bytes("a.graft") == folder.bytes("c.graft"))
    // One of a pair of which only one may be given wins over the other.
    let watched = try folder.photos("watched", count: 2, seed: 3)
    let other = try await Command.run(
      "train", photos, "--config", file, "--validation", watched, "-o", folder("d.graft")
    ).json()
    #expect(other["used"]?["validation"] == 6)
  }

  @Test(
    "Files that are none are wrong usage, and name the nearest setting",
    arguments: [
      ("epoch: 3", "there is no setting 'epoch'. The nearest: 'epochs'"), ("a: b: c", "no YAML"),
      ("- 1", "name: value"),
      ("epochs:", "'epochs' needs a value"), ("epochs: {a: 1}", "'epochs' needs a value"),
      ("json: perhaps", "'json' is true or false"), ("config: other.yaml", "cannot name another"),
      ("epochs: 1\nepochs: 2", "no YAML"), ("epochs: many", "--epochs"), ("views: 0\naugment: light", "--views"),
    ])
  func wrong(text: String, words: String) async throws {
    let folder = try TestFolder()
    let run = try await Command.run(
      "train", "x", "--base", "b.h5", "-o", folder("m"), "--config", try yaml(folder, text))
    run.expectFailure(words, status: 64)
  }

  @Test("A settings file that is not there")
  func missing() async throws {
    let folder = try TestFolder()
    try await Command.run("train", "x", "--base", "b.h5", "-o", "m", "--config", folder("none.yaml"))
      .expectFailure(folder("none.yaml"))
  }

  @Test("A recipe says what it means and is kept; what is said beside it wins")
  func recipes() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let best = try await Command.train(
      photos, to: folder("m.graft"), "--recipe", "best", "--epochs", "2", "--fine-tune-from", "second",
      "--fine-tune-epochs", "1")
    #expect(best.succeeded, "\(best.errors)")
    let line = try #require(best.output.split(separator: "\n").first)
    #expect(line.hasPrefix("recipe best: --head auto --epochs 2 (given; else 30) --early-stopping 5 --augment light"))
    #expect(line.contains("--fine-tune-from second (given; else 0.25)"))
    let settings = try #require(try await GraftModel(contentsOf: folder("m.graft")).provenance.settings)
    #expect(settings["recipe"] == "best" && settings["head"] == "auto" && settings["views"] == "4")

    let fast = try await Command.train(photos, to: folder("f.graft"), "--json", "--recipe", "fast").json()
    #expect(fast["recipe"] == "fast" && fast["head"]?["kind"] == "linear")
    let file = try yaml(folder, "recipe: fast\nhead: dense\nepochs: 1\n")
    let mixed = try await Command.train(photos, to: folder("x.graft"), "--json", "--config", file).json()
    #expect(mixed["recipe"] == "fast" && mixed["head"]?["kind"] == "dense")
    let balanced = try await Command.train(
      photos, to: folder("b.graft"), "--json", "--recipe", "balanced", "--augment", "none", "--head", "dense",
      "--epochs",
      "1"
    ).json()
    #expect(balanced["phases"]?.array?.map { $0["epochs"] } == [1])
  }
}
