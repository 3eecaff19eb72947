import ArgumentParser
import GraftCore

@main
struct GraftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graft",
    abstract: "Transfer learning: put a new top on a pre-trained image network.",
    version: GraftVersion.current)
}
