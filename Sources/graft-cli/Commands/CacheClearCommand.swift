internal import ArgumentParser
internal import Graft

/// `graft cache clear`
struct CacheClearCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clear", abstract: "Remove what is kept: everything, or the features of one network.")

  @Argument(help: "The beginning of a fingerprint of graft cache list; by default everything goes.")
  var fingerprint: String?

  @OptionGroup var place: CachePlace

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let store = FeatureStore(at: place.cacheFolder, warn: { Console.error("Warning: \($0)") })
    let count = try store.clear(fingerprint: fingerprint)
    if json { return try Console.print(["removed": .int(count)]) }
    Console.print("\(count.grouped) rows were removed.")
  }
}
