internal import ArgumentParser
internal import Foundation
internal import Graft

/// The `graft` command.
@main
struct GraftCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "graft",
    abstract: "Transfer learning: put a new top on a pre-trained image network.",
    discussion: """
      A folder of photos has one folder per class: photos/daisy/1.jpg, photos/rose/2.jpg, …

        graft train photos/ --base mobilenet-v2 -o flowers.graft
        graft evaluate flowers.graft more-photos/
        graft predict flowers.graft unknown.jpg

      Results go to standard output, progress and errors to standard error. Exit codes: 0 success, 1 failure, 64 wrong \
      usage, 130 interrupted. With --json standard output holds one JSON document and nothing else; if nothing could be \
      done, it stays empty.
      """,
    version: GraftVersion.current,
    subcommands: [
      TrainCommand.self, EvaluateCommand.self, PredictCommand.self, InspectCommand.self, FeaturesCommand.self,
      LearningRateCommand.self, AugmentCommand.self, ExportCommand.self, RunCommand.self, ModelsCommand.self,
      CacheCommand.self,
    ])

  static func main() async {
    // A reader that went away, as `head` does, is no reason for a crash report.
    signal(SIGPIPE, SIG_DFL)
    do {
      var command = try parseAsRoot(ExpandedArguments.expand(Array(CommandLine.arguments.dropFirst())))
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      if error is CancellationError || (error as? GraftError)?.code == .cancelled {
        Console.error("Interrupted.")
        exit(withError: ExitCode(130))
      }
      exit(withError: error)
    }
  }
}
