internal import ArgumentParser
internal import Graft

/// What the new top is.
struct HeadOptions: ParsableArguments {
  /// The kinds of new top, and the choice between them.
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case dense, linear, auto
  }

  /// What is taken if nobody says it.
  static let standard = Choice.dense

  @Option(
    help: ArgumentHelp(
      """
      The new top: dense (the post's), linear (logistic regression on the base's features; no epochs, no rate), or auto: \
      both are compared by cross-validation.
      """,
      valueName: "kind"))
  var head = HeadOptions.standard

  @Option(help: ArgumentHelp("Units of the dense top's hidden layer; 0 for none.", valueName: "units"))
  var dense = 256

  func validate() throws {
    if !(0...65536).contains(dense) {
      throw ValidationError("--dense must lie between 0 and 65536. Received: \(dense).")
    }
  }
}

extension HeadOptions: SettingsGroup {
  var settings: [Setting] { [Setting("head", head.rawValue), Setting("dense", dense)] }
}
