internal import Foundation
internal import Testing

/// Ctrl-C in the middle of the work.
@Suite(.serialized, .timeLimit(.minutes(60))) struct InterruptTests {
  @Test("During training: partial results are said, exit code 130, no model", arguments: [true, false])
  func training(json: Bool) async throws {
    let folder = try TestFolder()
    let old = Array("an older model".utf8)
    try folder.write("out/m.graft", old)
    let run = try await Command.run(
      [
        "train", try folder.photos(), "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "--epochs",
        "1000000", "-o",
        folder("out/m.graft"),
      ] + (json ? ["--json"] : []), interruptAfter: "Epoch 3")
    #expect(!run.wasKilled && run.status == 130, "\(run.status): \(run.errors)")
    if json { #expect(run.output == "") }
    let line = try #require(run.errors.split(separator: "\n").first { $0.contains("epochs were complete") })
    #expect(try #require(Int(line.prefix { $0 != " " })) >= 3)
    #expect(line.contains("of 1000000 epochs were complete, validation accuracy "))
    #expect(line.contains("No model was written."))
    // What is done is not lost: the state is kept.
    let files = try folder.contents("out")
    #expect(files["m.graft"] == old)
    let others = files.keys.filter { $0 != "m.graft" }
    #expect(!others.isEmpty && others.allSatisfy { $0.hasPrefix("m.graft.checkpoints/phase-1/checkpoint-") })
    #expect(line.contains("with --resume goes on from '\(folder("out/m.graft")).checkpoints'"))
  }

  @Test("While features are computed: exit code 130, no file")
  func features() async throws {
    let folder = try TestFolder()
    try folder.folder("out")
    let run = try await Command.run(
      [
        "features", try folder.photos(count: 400), "--base", Fixture.tiny, "--preprocess", "tf", "--image-size", "160",
        "-o", folder("out/f.npy"),
      ], interruptAfter: "Pictures")
    #expect(!run.wasKilled && run.status == 130, "\(run.status): \(run.errors)")
    #expect(run.output == "")
    #expect(try folder.contents("out").isEmpty)
  }
}
