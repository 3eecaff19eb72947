internal import ArgumentParser
internal import Graft

/// What the new top is.
struct HeadOptions: ParsableArguments {
  /// The kinds of new top, and the choice between them.
  enum Choice: String, CaseIterable, ExpressibleByArgument {
    case dense, linear, auto
  }

  @Option(
    help: ArgumentHelp(
      """
      The new top: dense (the post's), linear (logistic regression on the base's features; no epochs, no rate), or auto: \
      both are compared by cross-validation. Default: auto; dense with --tags, and with options that only training in \
      epochs can follow, such as --augment or --early-stopping.
      """,
      valueName: "kind"))
  var head: Choice?

  @Option(help: ArgumentHelp("Units of the dense top's hidden layer; 0 for none.", valueName: "units"))
  var dense = 256

  func validate() throws {
    if !(0...65536).contains(dense) {
      throw ValidationError("--dense must lie between 0 and 65536. Received: \(dense).")
    }
  }
}
