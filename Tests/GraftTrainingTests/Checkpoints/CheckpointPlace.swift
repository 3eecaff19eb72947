import Foundation

@testable import GraftTraining

/// A folder for checkpoints that goes with its test.
final class CheckpointPlace: Sendable {
  let path = NSTemporaryDirectory() + "graft-checkpoints-" + UUID().uuidString

  deinit {
    // A run whose loop was left may be writing yet.
    for _ in 0..<100 where exists {
      try? FileManager.default.removeItem(atPath: path)
      if exists { usleep(20_000) }
    }
  }

  func callAsFunction(
    resume: Bool = false, steps: Int? = 1, interval: Double = 20, keepsLast: Bool = false
  ) -> TrainingCheckpoints {
    TrainingCheckpoints(path, resume: resume, interval: interval, steps: steps, keepsLast: keepsLast)
  }

  /// All files by name; empty if there is no folder.
  var files: [String: Data] {
    get throws {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
      return try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(filePath: "\(path)/\($0)"))) })
    }
  }

  /// The paths of the checkpoints, the oldest first.
  var checkpoints: [String] {
    get throws {
      try files.keys.sorted().map { path + "/" + $0 }
    }
  }

  func write(_ bytes: some Sequence<UInt8>, to file: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(filePath: "\(path)/\(file)"))
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }
}
