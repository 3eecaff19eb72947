internal import Foundation
internal import GraftCore

/// A text that must stay as it is, kept in a file beside its test.
///
/// With `GRAFT_UPDATE_SNAPSHOTS=1` in the environment files are written instead of compared.
public enum Snapshot {
  /// What differs between a text and `Snapshots/<name>.txt` beside the calling test: nil if nothing.
  ///
  /// - Throws: `GraftError.fileNotFound` if there is no such file, or what stopped it from being written.
  public static func difference(_ text: String, named name: String, test: String = #filePath) throws -> String? {
    let file = URL(filePath: test).deletingLastPathComponent().appending(path: "Snapshots/\(name).txt")
    if ProcessInfo.processInfo.environment["GRAFT_UPDATE_SNAPSHOTS"] == "1" {
      try Data((text + "\n").utf8).write(to: file)
      return nil
    }
    guard let stored = try? String(contentsOf: file, encoding: .utf8) else {
      throw GraftError(.fileNotFound, "\(file.path()) is missing; GRAFT_UPDATE_SNAPSHOTS=1 swift test makes it.")
    }
    guard stored != text + "\n" else { return nil }
    return """
      \(name) has changed (- expected, + received); if that is meant, GRAFT_UPDATE_SNAPSHOTS=1 swift test stores it:
      \(changes(from: String(stored.dropLast()), to: text))
      """
  }

  /// The lines that are only in one of two texts, with their numbers.
  static func changes(from expected: String, to received: String) -> String {
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    return lines(received).difference(from: lines(expected)).map { change in
      switch change {
      case .remove(let line, let text, _): "- \(line + 1): \(text)"
      case .insert(let line, let text, _): "+ \(line + 1): \(text)"
      }
    }.joined(separator: "\n")
  }
}
