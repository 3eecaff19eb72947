internal import ArgumentParser
internal import Graft

/// `graft models`
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List the networks of the zoo, and whether their weights are in the cache.")

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let cache = WeightCache.standard
    let entries = BaseNetwork.catalogue
    if json {
      return try Console.print(
        .array(
          entries.map { entry in
            [
              "base": .string(entry.family), "alpha": .number(entry.alpha), "image_size": .int(entry.imageSize),
              "parameters": .int(entry.parameterCount), "file": .string(entry.weights.fileName),
              "url": .string(entry.weights.url), "licence": .string(entry.weights.licence),
              "cached": .bool(cache.contains(entry.weights)), "path": .string(cache.location(of: entry.weights)),
            ]
          }))
    }
    var table = Table(["base", "alpha", "size", "parameters", "weights", "in the cache"], leftColumns: 1)
    for entry in entries {
      table.add([
        entry.family, "\(entry.alpha)", "\(entry.imageSize)", entry.parameterCount.grouped, "ImageNet",
        cache.contains(entry.weights) ? "yes" : "no",
      ])
    }
    Console.print(table.text)
    Console.print("\ncache: \(cache.folder)")
    Console.print(
      """
      Weights are downloaded when they are first used. --base takes a name of this list, or the file of any whole Keras \
      model (.h5). Other widths (alpha) are there in the library.
      """)
  }
}
