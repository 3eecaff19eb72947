internal import Foundation
internal import GraftCore
internal import GraftFormats

/// What searches found on this machine, in a file of Graft's cache folder.
///
/// The file is a convenience: what cannot be read is searched for again, what cannot be written is forgotten.
package struct TuningFile: Sendable {
  /// The file.
  package let path: String

  /// - Parameter path: `tuning.json` in Graft's cache folder unless said.
  package init(path: String = CacheFolder.path + "/tuning.json") { self.path = path }

  /// What is known of a network on this machine.
  func tuning(of key: String) -> RunnerTuning? {
    guard let found = all[key], found.workers > 0, found.batchSize > 0 else { return nil }
    return found
  }

  /// Remembers what was found.
  func keep(_ tuning: RunnerTuning, of key: String) {
    var known = all
    known[key] = tuning
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    guard let data = try? encoder.encode(known) else { return }
    try? FileManager.default.createDirectory(
      atPath: URL(filePath: path).deletingLastPathComponent().path(), withIntermediateDirectories: true)
    try? AtomicFile.write(String(decoding: data, as: UTF8.self), to: path)
  }

  private var all: [String: RunnerTuning] {
    guard let data = FileManager.default.contents(atPath: path) else { return [:] }
    return (try? JSONDecoder().decode([String: RunnerTuning].self, from: data)) ?? [:]
  }
}
