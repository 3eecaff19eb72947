internal import Foundation
internal import Graft
internal import GraftTestSupport
internal import Testing

/// What came of one run of the built command.
struct CommandRun {
  let status: Int32
  /// Whether a signal ended the process.
  let wasKilled: Bool
  let output: String
  let errors: String

  /// Standard output as exactly one JSON document.
  func json(_ location: SourceLocation = #_sourceLocation) throws -> JSONValue {
    #expect(succeeded, "\(errors)", sourceLocation: location)
    return try JSONValue(parsing: output)
  }

  /// Expects that it ended well.
  func expectSuccess(location: SourceLocation = #_sourceLocation) {
    #expect(succeeded, "\(errors)", sourceLocation: location)
  }

  /// Whether it ended well, exit code 0.
  var succeeded: Bool { !wasKilled && status == 0 }

  /// Expects exit code 1 and words on standard error, whatever was printed before.
  func expectStopped(_ words: String..., location: SourceLocation = #_sourceLocation) {
    #expect(!wasKilled && status == 1, "exit code \(status): \(errors)", sourceLocation: location)
    for word in words {
      #expect(errors.contains(word), "\"\(word)\" is not in: \(errors)", sourceLocation: location)
    }
  }

  /// Expects exit code 1, words on standard error that hold the given ones, and nothing on standard output.
  func expectFailure(_ words: String..., status expected: Int32 = 1, location: SourceLocation = #_sourceLocation) {
    #expect(!wasKilled && status == expected, "exit code \(status): \(errors)", sourceLocation: location)
    #expect(output == "", sourceLocation: location)
    #expect(errors.hasPrefix("Error: ") || errors.contains("\nError: "), "\(errors)", sourceLocation: location)
    for word in words {
      #expect(errors.contains(word), "\"\(word)\" is not in: \(errors)", sourceLocation: location)
    }
  }
}
