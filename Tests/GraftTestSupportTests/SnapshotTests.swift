import GraftCore
import Testing

@testable import GraftTestSupport

/// What a snapshot that no longer holds says.
@Suite struct SnapshotTests {
  @Test func changesAreNamedByLine() {
    #expect(Snapshot.changes(from: "a\nb\nc", to: "a\nx\nc\nd") == "- 2: b\n+ 2: x\n+ 4: d")
    #expect(Snapshot.changes(from: "a", to: "a") == "")
  }

  @Test func missingFileIsAnError() {
    #expect(throws: GraftError.self) { try Snapshot.difference("", named: "none") }
  }
}
