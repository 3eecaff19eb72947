internal import Foundation

/// A file in the system's temporary folder, for libraries that read nothing else; it goes with its owner.
final class TemporaryCopy: Sendable {
  let path: String

  init(of bytes: [UInt8], suffix: String) throws {
    path = FileManager.default.temporaryDirectory.appending(path: "graft-\(UUID().uuidString)\(suffix)").path()
    try AtomicFile.write(bytes, to: path)
  }

  deinit { unlink(path) }
}
