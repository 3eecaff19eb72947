internal import Foundation
internal import GraftCore
internal import GraftFormats

/// The ways of running networks that were measured on this machine, in a file beside the features that are kept.
///
/// The file is a convenience: what cannot be read is measured again, what cannot be written is forgotten.
public struct TuningFile: Sendable {
  /// The file.
  public let path: String

  /// - Parameter folder: Where features are kept (`FeatureStore.folder`).
  public init(in folder: String) { path = folder + "/tuning.json" }

  /// What is known: the network and the machine, and the way that is taken.
  public var all: [String: RunnerTuning] {
    guard let data = FileManager.default.contents(atPath: path) else { return [:] }
    let found = (try? JSONDecoder().decode([String: RunnerTuning].self, from: data)) ?? [:]
    return found.filter { $0.value.workers > 0 && $0.value.batchSize > 0 }
  }

  /// Forgets all of it.
  public func clear() throws {
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
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
}
