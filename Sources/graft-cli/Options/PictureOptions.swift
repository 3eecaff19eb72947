internal import ArgumentParser
internal import Graft

/// Which pictures are trained on, and which are only watched.
struct PictureOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A table of labels, any number per picture: path,tags (parted by |), or path and a column of 0 and 1 per label.",
      discussion: "Paths are relative to the folder. --validation and --test are tables then, too.",
      valueName: "file.csv"))
  var tags: String?

  @Option(help: ArgumentHelp("The share of pictures that is only watched (default: 0.2).", valueName: "share"))
  var validationSplit: Double?

  @Option(help: ArgumentHelp("A folder of pictures that are only watched.", valueName: "folder"))
  var validation: String?

  @Option(help: ArgumentHelp("A folder of pictures that are looked at once, at the end.", valueName: "folder"))
  var test: String?

  @Option(help: ArgumentHelp("How many unreadable files are set aside before it is an error.", valueName: "count"))
  var maxBad = 0

  @Option(help: ArgumentHelp("Decides splits, orders, pictures' variants and first weights.", valueName: "number"))
  var seed: UInt64 = 0

  func validate() throws {
    if validation != nil, validationSplit != nil {
      throw ValidationError("Give either --validation or --validation-split, not both.")
    }
    if let validationSplit, !(validationSplit > 0 && validationSplit < 1) {
      throw ValidationError("--validation-split must lie between 0 and 1. Received: \(validationSplit).")
    }
    if maxBad < 0 { throw ValidationError("--max-bad must be at least 0. Received: \(maxBad).") }
  }
}

extension PictureOptions: SettingsGroup {
  var settings: [Setting] {
    [
      Setting("tags", tags, .place),
      Setting("validation-split", validationSplit ?? (validation == nil ? 0.2 : nil)),
      Setting("validation", validation, .place), Setting("test", test, .place),
      Setting("max-bad", maxBad), Setting("seed", seed),
    ]
  }
}
