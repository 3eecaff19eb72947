internal import Foundation
internal import Graft

/// Where words go: results to standard output, everything else to standard error.
enum Console {
  /// Writes a line of results. Where nobody can read them, the command has failed.
  static func print(_ text: String = "") {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
      Self.error("Error: the results cannot be written to standard output: \(error.localizedDescription)")
      exit(1)
    }
  }

  /// Writes a line that is no result. There is nobody to tell if it cannot be written.
  static func error(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }

  /// Writes a document, and nothing else, to standard output.
  static func print(_ document: JSONValue) throws { print(try document.prettyPrinted()) }
}
