internal import Foundation
package import GraftCore

/// What tells SavedModels apart: a digest of the graph and all variables and assets, by their names.
package enum SavedModelDigest {
  /// The digest of the SavedModel in a folder.
  ///
  /// - Throws: `GraftError.fileNotFound` if there is none, `.unreadable` if a part of it cannot be read.
  package static func of(_ folder: String) throws -> SHA256Digest {
    let root = URL(fileURLWithPath: folder)
    guard FileManager.default.fileExists(atPath: root.appending(path: "saved_model.pb").path) else {
      throw GraftError(.fileNotFound, "There is no SavedModel in '\(folder)': it has no saved_model.pb.")
    }
    var lines: [String] = []
    do {
      var names = ["saved_model.pb"]
      for part in ["assets", "variables"] {
        let files = try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: part).path)
        names += (files ?? []).sorted().map { "\(part)/\($0)" }
      }
      for name in names {
        let data = try Data(contentsOf: root.appending(path: name), options: .mappedIfSafe)
        lines.append("\(name) \(SHA256Digest(of: data))")
      }
    } catch {
      throw GraftError(.unreadable, "The SavedModel '\(folder)' cannot be read: \(error.localizedDescription)")
    }
    return SHA256Digest(of: Array(lines.joined(separator: "\n").utf8))
  }
}
