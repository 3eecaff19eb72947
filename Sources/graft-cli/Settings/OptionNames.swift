internal import ArgumentParser
internal import Graft

/// The options of a command, as the parser itself knows them.
struct OptionNames {
  /// The long names, without dashes, of options that take a value.
  private(set) var options: Set<String> = []
  /// The long names, without dashes, of flags.
  private(set) var flags: Set<String> = []
  /// Long names by short ones.
  private(set) var long: [String: String] = [:]

  init(_ command: any ParsableArguments.Type) throws {
    let document = try JSONValue(parsing: command._dumpHelp())
    for argument in document["command"]?["arguments"]?.array ?? [] {
      let names = argument["names"]?.array ?? []
      guard let name = names.first(where: { $0["kind"] == "long" })?["name"]?.string, name != "help", name != "version"
      else { continue }
      if argument["kind"] == "flag" { flags.insert(name) } else { options.insert(name) }
      for short in names where short["kind"] == "short" { short["name"]?.string.map { long[$0] = name } }
    }
  }

  /// All long names, in their order.
  var all: [String] { options.union(flags).sorted() }

  /// The name that is most like another one.
  func nearest(to name: String) -> String {
    all.min { ($0.editDistance(to: name), $0) < ($1.editDistance(to: name), $1) } ?? ""
  }

  /// The options that a command line gives, by their long names, each with the first of its values.
  func given(in arguments: [String]) -> [String: String] {
    var result: [String: String] = [:]
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { break }
      guard argument.hasPrefix("-"), argument.count > 1 else { continue }
      let isLong = argument.hasPrefix("--")
      let parts = argument.drop { $0 == "-" }.split(separator: "=", maxSplits: 1).map(String.init)
      guard let first = parts.first else { continue }
      // A short name may have its value behind it: -om.graft.
      guard let name = isLong ? first : long[String(first.prefix(1))] else { continue }
      let next = index + 1 < arguments.count ? arguments[index + 1] : ""
      if result[name] == nil { result[name] = parts.count > 1 ? parts[1] : next }
    }
    return result
  }
}
