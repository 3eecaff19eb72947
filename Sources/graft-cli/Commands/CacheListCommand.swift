internal import ArgumentParser
internal import Foundation
internal import Graft

/// `graft cache list`
struct CacheListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List what is kept, by network and size.")

  @OptionGroup var place: CachePlace

  @Flag(help: "Print one JSON document instead of text.")
  var json = false

  func run() throws {
    let store = FeatureStore(at: place.cacheFolder, warn: { Console.error("Warning: \($0)") })
    let entries = try store.entries()
    if json {
      return try Console.print([
        "folder": .string(store.folder), "bytes_on_disk": .int(store.byteCount), "limit": .int(store.maximumBytes),
        "entries": .array(
          entries.map {
            [
              "fingerprint": .string($0.fingerprint), "base": .string($0.name), "count": .int($0.count),
              "bytes": .int($0.bytes), "last_use": .string(Self.text($0.lastUse)),
            ]
          }),
      ])
    }
    var table = Table(["fingerprint", "base", "rows", "MB", "last use"], leftColumns: 2)
    for entry in entries {
      table.add([
        String(entry.fingerprint.prefix(12)), entry.name, entry.count.grouped, (Double(entry.bytes) / 1e6).decimals(1),
        Self.text(entry.lastUse),
      ])
    }
    Console.print(entries.isEmpty ? "Nothing is kept." : table.text)
    Console.print(
      """

      \(store.folder): \((Double(store.byteCount) / 1e6).decimals(1)) MB on disk, at most \
      \((Double(store.maximumBytes) / 1e6).decimals(0)) MB
      """)
  }

  private static func text(_ time: Int) -> String {
    let format = Date.ISO8601FormatStyle(timeZone: .gmt)
    return Date(timeIntervalSince1970: Double(time)).formatted(format)
  }
}
