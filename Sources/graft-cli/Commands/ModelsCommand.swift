internal import ArgumentParser
internal import Foundation
internal import Graft

/// `graft models`
struct ModelsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "List the networks of the zoo, and whether their weights are in the cache.",
    discussion: """
      Accuracy is the first guess's and that of the first five on ImageNet, in per cent, as its publisher states \
      it. Sizes, weights and megabytes are those without a top.
      """)

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  @Flag(help: "Print a table in Markdown, without what is in the cache.")
  var markdown = false

  @Flag(help: "List the classes of layers that Keras models of one's own may have, instead of networks.")
  var layers = false

  func validate() throws {
    if json && markdown { throw ValidationError("Give either --json or --markdown.") }
    if layers && markdown { throw ValidationError("--layers is a list; give it alone or with --json.") }
  }

  func run() throws {
    if layers {
      let names = KerasModel.layerClassNames
      if json { return try Console.print(.array(names.map { .string($0) })) }
      Console.print(names.joined(separator: "\n") + "\n\n\(names.count) classes of layers")
      return
    }
    let cache = WeightCache.standard
    let entries = BaseNetwork.catalogue
    if json { return try Console.print(.array(entries.map { Self.description($0, cache) })) }
    if markdown { return Console.print(Self.markdown(entries)) }
    var table = Table(["base", "size", "weights", "MB", "top-1", "top-5", "in the cache"], leftColumns: 1)
    for entry in entries {
      table.add([
        entry.name, "\(entry.imageSize)", entry.parameterCount.grouped, entry.megabytes,
        entry.topOneAccuracy.percent, entry.topFiveAccuracy.percent, cache.contains(entry.weights) ? "yes" : "no",
      ])
    }
    Console.print(table.text)
    Console.print("\ncache: \(cache.folder)")
    Console.print(
      """
      Weights are downloaded when they are first used, or by graft fetch. --base takes a name of this list, the \
      constructor's name, the file of any whole Keras model (.keras, .h5) or of a network in ONNX (.onnx), weights of a torch \
      network of this list (.safetensors, .pth), or a SavedModel (savedmodel:DIR). Other widths and options are there in the library.
      """)
  }

  private static func description(_ entry: ZooEntry, _ cache: WeightCache) -> JSONValue {
    [
      "base": .string(entry.name), "constructor": .string(entry.className), "image_size": .int(entry.imageSize),
      "parameters": .int(entry.parameterCount), "parameters_with_top": .int(entry.parameterCountWithTop),
      "top_1": entry.topOneAccuracy.map { .number($0) } ?? .null,
      "top_5": entry.topFiveAccuracy.map { .number($0) } ?? .null, "last_stage": .string(entry.lastStage),
      "file": .string(entry.weights.fileName), "url": .string(entry.weights.url),
      "digest": entry.weights.digest.map { .string($0.description) } ?? .null,
      "url_with_top": .string(entry.weightsWithTop.url), "licence": .string(entry.weights.licence),
      "cached": .bool(cache.contains(entry.weights)), "path": .string(cache.location(of: entry.weights)),
    ]
  }

  private static func markdown(_ entries: [ZooEntry]) -> String {
    let header = """
      | Base | Constructor | Size | Weights | MB | Top-1 | Top-5 | Fine-tune from | Licence |
      |---|---|--:|--:|--:|--:|--:|---|---|
      """
    let rows = entries.map { entry in
      let cells = [
        "`\(entry.name)`", "`\(entry.className)`", "\(entry.imageSize)", entry.parameterCount.grouped,
        entry.megabytes, entry.topOneAccuracy.percent, entry.topFiveAccuracy.percent, "`\(entry.lastStage)`",
        entry.weights.licence,
      ]
      return "| " + cells.joined(separator: " | ") + " |"
    }
    return ([header] + rows).joined(separator: "\n")
  }
}

extension ZooEntry {
  /// What the weights without a top take, four bytes each.
  fileprivate var megabytes: String { "\((parameterCount * 4 + 500_000) / 1_000_000)" }
}

extension Double? {
  /// `77.1`; a hyphen where nobody says it.
  fileprivate var percent: String { map { String(format: "%.1f", $0) } ?? "–" }
}
