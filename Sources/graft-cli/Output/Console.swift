internal import Foundation
internal import Graft

/// Where words go: results to standard output, everything else to standard error.
enum Console {
  /// Writes a line of results.
  static func print(_ text: String = "") { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

  /// Writes a line that is no result.
  static func error(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

  /// Writes a document, and nothing else, to standard output.
  static func print(_ document: JSONValue) throws { print(try document.prettyPrinted()) }
}
