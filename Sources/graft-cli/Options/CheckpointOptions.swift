internal import ArgumentParser
internal import Graft

/// Where a run keeps its state, so that it can go on after it was killed.
struct CheckpointOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the run keeps its state until it has ended (default: OUTPUT.checkpoints).", valueName: "folder"))
  var checkpoint: String?

  @Option(help: ArgumentHelp("Seconds between two checkpoints, at least.", valueName: "seconds"))
  var checkpointInterval = 20.0

  @Option(help: ArgumentHelp("Steps between two checkpoints, instead of seconds.", valueName: "count"))
  var checkpointEverySteps: Int?

  @Flag(help: "Go on from the last checkpoint of the same command: the model is the same as if it had never stopped.")
  var resume = false

  func validate() throws {
    if checkpoint?.isEmpty == true { throw ValidationError("--checkpoint needs the name of a folder.") }
    if !(checkpointInterval >= 0 && checkpointInterval.isFinite) {
      throw ValidationError("--checkpoint-interval must be at least 0. Received: \(checkpointInterval).")
    }
    if let checkpointEverySteps, checkpointEverySteps < 1 {
      throw ValidationError("--checkpoint-every-steps must be at least 1. Received: \(checkpointEverySteps).")
    }
  }

  /// The checkpoints of a run that writes a file.
  func checkpoints(output: String) -> TrainingCheckpoints {
    TrainingCheckpoints(
      checkpoint ?? output + ".checkpoints", resume: resume, interval: checkpointInterval, steps: checkpointEverySteps)
  }
}

extension CheckpointOptions: SettingsGroup {
  var settings: [Setting] {
    [
      Setting("checkpoint", checkpoint, .place), Setting("checkpoint-interval", checkpointInterval, .place),
      Setting("checkpoint-every-steps", checkpointEverySteps, .place),
    ]
  }
}
