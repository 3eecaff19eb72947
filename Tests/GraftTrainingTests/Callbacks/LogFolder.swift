import Foundation

/// A folder for logs that goes with its test.
final class LogFolder {
  let path = NSTemporaryDirectory() + "graft-logs-" + UUID().uuidString

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The files below a folder, by name.
  func files(_ folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path + "/" + folder).sorted().map {
      path + "/" + folder + "/" + $0
    }
  }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path + "/" + name))) }
}
