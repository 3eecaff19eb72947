internal import ArgumentParser
internal import Foundation
internal import Graft

/// Where features are kept, so that pictures that are known need not be decoded and run again.
struct CacheOptions: ParsableArguments {
  @Flag(help: "Neither use nor keep features of pictures.")
  var noCache = false

  @OptionGroup var place: CachePlace

  @Option(
    help: ArgumentHelp(
      "How many bytes of features are kept, such as 500M or 10G (default: $GRAFT_CACHE_LIMIT, else 4G).",
      valueName: "size"))
  var cacheLimit: String?

  func validate() throws {
    if let cacheLimit, FeatureStore.bytes(cacheLimit) == nil {
      throw ValidationError("--cache-limit must be a size, such as 500M or 10G. Received: \(cacheLimit).")
    }
    if cacheLimit == nil, let text = ProcessInfo.processInfo.environment["GRAFT_CACHE_LIMIT"],
      FeatureStore.bytes(text) == nil
    {
      throw ValidationError("$GRAFT_CACHE_LIMIT must be a size, such as 500M or 10G. Received: \(text).")
    }
  }

  /// The store of a run; nil if none is wanted.
  ///
  /// - Parameter label: What `graft cache` calls the network.
  func store(_ label: String) -> FeatureStore? {
    guard !noCache else { return nil }
    let store = FeatureStore(
      at: place.cacheFolder, maximumBytes: cacheLimit.flatMap(FeatureStore.bytes), label: label,
      warn: { Console.error("Warning: \($0)") })
    return store.maximumBytes > 0 ? store : nil
  }
}

/// The folder of features.
struct CachePlace: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder of features (default: 'features' in $GRAFT_CACHE, else in ~/.cache/graft).", valueName: "folder"))
  var cacheFolder: String?

  func validate() throws {
    if cacheFolder?.isEmpty == true { throw ValidationError("--cache-folder needs the name of a folder.") }
  }
}

extension CacheOptions: SettingsGroup {
  var settings: [Setting] {
    [
      Setting("no-cache", noCache, .place), Setting("cache-folder", place.cacheFolder, .place),
      Setting("cache-limit", cacheLimit, .place),
    ]
  }
}

extension FeatureStore.Counts {
  /// `1,000 known, 10 new`.
  var text: String { "\(known.grouped) known, \(new.grouped) new" }

  var json: JSONValue { ["known": .int(known), "new": .int(new)] }
}
