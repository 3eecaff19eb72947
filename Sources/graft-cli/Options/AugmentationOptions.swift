internal import ArgumentParser
internal import Graft

/// How training pictures are varied.
struct AugmentationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How training pictures are varied: light, standard, strong, none, or a list such as flip,rotation=0.1,mixup=0.2.",
      discussion: "graft augment shows what it does.", valueName: "list"))
  var augment: String?

  @Option(
    help: ArgumentHelp(
      "Variants of each picture that go through the frozen layers, once each (default: as many as epochs, up to 8).",
      valueName: "count"))
  var views: Int?

  func validate() throws {
    do {
      _ = try augmentation
    } catch let error as GraftError {
      throw ValidationError(error.message)
    }
    if let views, !(1...4096).contains(views) {
      throw ValidationError("--views must lie between 1 and 4096. Received: \(views).")
    }
    if views != nil, augment == nil { throw ValidationError("--views needs --augment: without it all are the same.") }
  }

  var augmentation: Augmentation {
    get throws { try Augmentation(parsing: augment ?? "none") }
  }
}

extension AugmentationOptions: SettingsGroup {
  var settings: [Setting] { [Setting("augment", augment), Setting("views", views)] }
}
