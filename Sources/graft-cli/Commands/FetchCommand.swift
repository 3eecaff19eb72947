internal import ArgumentParser
internal import Graft

/// `graft fetch`
struct FetchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Download the ImageNet weights of networks of the zoo into the cache.",
    discussion: "What is there already is checked. graft models lists the names.")

  @Argument(help: ArgumentHelp("Networks of the zoo, such as efficientnet-b0.", valueName: "name"))
  var names: [String]

  @Flag(help: "Fetch the weights with the classifier of 1000 classes.")
  var withTop = false

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() async throws {
    let entries = try names.map { try BaseNetwork.requiredEntry(named: $0) }
    var files: [JSONValue] = []
    for entry in entries {
      let weights = withTop ? entry.weightsWithTop : entry.weights
      let counter = ProgressCounter(entry.name)
      let path = try await WeightCache.standard.path(of: weights) { received, total in
        if let total { counter.show(Int(received), of: Int(total)) }
      }
      files.append(["base": .string(entry.name), "path": .string(path), "licence": .string(weights.licence)])
      if !json { Console.print("\(entry.name): \(path)") }
    }
    if json { try Console.print(.array(files)) }
  }
}
