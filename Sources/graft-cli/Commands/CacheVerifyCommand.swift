internal import ArgumentParser
internal import Graft

/// `graft cache verify`
struct CacheVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Compare everything that is kept with its checksum, and remove what is damaged.",
    discussion: "The exit code is 1 if anything was damaged; what is gone is computed again when it is needed.")

  @OptionGroup var place: CachePlace

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let store = FeatureStore(at: place.cacheFolder, warn: { Console.error("Warning: \($0)") })
    let result = try store.verify()
    if json {
      try Console.print([
        "whole": .int(result.whole), "damaged": .int(result.damaged),
        "problem": result.problem.map { .string($0) } ?? .null,
      ])
    } else {
      Console.print("\(result.whole.grouped) rows are whole, \(result.damaged.grouped) were damaged and are removed.")
      if let problem = result.problem { Console.print("A new file was begun: \(problem).") }
    }
    if result.damaged > 0 || result.problem != nil { throw ExitCode.failure }
  }
}
