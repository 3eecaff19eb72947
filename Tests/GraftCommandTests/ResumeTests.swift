internal import Foundation
internal import Graft
internal import GraftCore
internal import Testing

/// A run that was killed, and its resumption.
@Suite(.serialized, .timeLimit(.minutes(60))) struct ResumeTests {
  private static let arguments = [
    "--head", "dense",
    "--base", Fixture.tiny, "--preprocess", "tf", "--epochs", "60", "--batch-size", "4", "--seed", "9", "--optimizer",
    "sgd", "--momentum", "0.9", "--augment", "flip,brightness=0.1", "--views", "2", "--early-stopping", "50",
    "--fine-tune-from", "second,first", "--fine-tune-epochs", "40,20", "--fine-tune-learning-rate", "0.001",
  ]

  @Test("kill -9 in any phase, and --resume: the same bytes as a run that was never stopped")
  func killed() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    func arguments(_ name: String) -> [String] {
      ["train", photos, "-o", folder("\(name).graft"), "--csv-log", folder("\(name).csv")] + Self.arguments
    }
    let whole = try await Command.run(arguments("whole"))
    #expect(whole.succeeded, "\(whole.errors)")
    let length = Double(whole.output.utf8.count + whole.errors.utf8.count)
    var kills = 0
    for (number, share) in [0.35, 0.6, 0.85].enumerated() {
      let name = "killed-\(number)"
      let command = arguments(name) + ["--checkpoint", folder("state-\(number)"), "--checkpoint-every-steps", "1"]
      let first = try await Command.run(command, killAfterBytes: Int(length * share))
      if first.wasKilled {
        kills += 1
        if FileManager.default.fileExists(atPath: folder("state-\(number)/phase-1")) {
          let again = try await Command.run(command)
          again.expectStopped("holds the checkpoints of an earlier run", "--resume")
        }
        let rest = try await Command.run(command + ["--resume"])
        #expect(rest.succeeded, "\(rest.errors)")
      }
      #expect(try folder.bytes("\(name).graft") == folder.bytes("whole.graft"))
      for phase in 1...3 {
        #expect(try folder.bytes("\(name)-phase-\(phase).csv") == folder.bytes("whole-phase-\(phase).csv"))
      }
      #expect(!FileManager.default.fileExists(atPath: folder("state-\(number)")))
    }
    #expect(kills > 0)
  }

  @Test("Ctrl-C keeps the checkpoints and says how to go on; a resumed run has the whole history")
  func interrupted() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let arguments = [
      "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "--epochs", "3000", "-o",
      folder("out/m.graft"),
    ]
    try folder.folder("out")
    let stopped = try await Command.run(arguments, interruptAfter: "Epoch 5")
    #expect(stopped.status == 130, "\(stopped.errors)")
    #expect(stopped.errors.contains("--resume goes on from '\(folder("out/m.graft")).checkpoints'"))
    #expect(try folder.contents("out").keys.contains { $0.hasPrefix("m.graft.checkpoints/phase-1/checkpoint-") })
    let report = try await Command.run(arguments + ["--resume", "--json"]).json()
    #expect(report["history"]?.array?.compactMap { $0["epoch"]?.int } == Array(1...3000))
    #expect(try folder.contents("out").keys.sorted() == ["m.graft"])
  }

  @Test("--resume with other settings is refused; without checkpoints the run begins anew")
  func otherSettings() async throws {
    let folder = try TestFolder()
    let photos = try folder.photos()
    let arguments = [
      "train", photos, "--base", Fixture.tiny, "--preprocess", "tf", "--head", "dense", "--epochs", "3000", "-o",
      folder("m.graft"),
    ]
    #expect(try await Command.run(arguments, interruptAfter: "Epoch 5").status == 130)
    let other = try await Command.run(arguments + ["--resume", "--learning-rate", "0.5", "--json"])
    other.expectFailure("are of another run. Different: optimizer")
    let anew = try await Command.train(photos, to: folder("n.graft"), "--epochs", "1", "--resume")
    #expect(anew.succeeded && anew.errors.contains("There is no checkpoint in"))
  }
}
