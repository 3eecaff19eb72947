import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// The CSV file, byte for byte as Keras writes it.
@Suite struct CSVLoggerTests {
  let first: [[String: Double]] = [
    ["loss": 0.5, "accuracy": 0.25], ["loss": 1e-05, "accuracy": 0.1 + 0.2, "late": 3],
  ]
  let second: [[String: Double]] = [
    ["val_loss": 1.5, "loss": 0.125, "val_accuracy": 1, "accuracy": 12_345_678], ["loss": 2],
  ]

  private func play(
    _ callback: CSVLogger, _ epochs: [[String: Double]], completed: Int = 0, completedBatches: Int = 0
  ) throws {
    var run = try CallbackRun(
      callback, epochCount: completed + epochs.count, completed: completed,
      completedBatches: completedBatches)
    for values in epochs { try run.epoch(values) }
  }

  private func golden(_ name: String) throws -> String {
    String(decoding: try GoldenFile.contents(of: "callbacks/\(name).csv"), as: UTF8.self)
  }

  @Test func writesKerasFile() throws {
    let folder = LogFolder()
    let path = folder.path + "/deep/log.csv"
    func text() throws -> String { String(decoding: try folder.bytes("deep/log.csv"), as: UTF8.self) }
    try play(CSVLogger(path), second)
    #expect(try text() == (try golden("csv_with_validation")))
    // A new run replaces the file; appending continues it without a second header.
    try play(CSVLogger(path), first)
    #expect(try text() == (try golden("csv")))
    let appended = try golden("csv_appended")
    try play(CSVLogger(path, append: true), first)
    // Keras's second run counted from 2; ours counts from 0, as every fit does.
    let lines = appended.components(separatedBy: "\r\n")
    let expected = lines[0...2] + ["0" + lines[3].dropFirst(), "1" + lines[4].dropFirst(), ""]
    #expect(try text() == expected.joined(separator: "\r\n"))
    try play(CSVLogger(path, separator: ";"), second)
    #expect(try text() == (try golden("csv_semicolon")))
  }

  @Test func aResumedRunContinuesAtItsCheckpoint() throws {
    let folder = LogFolder()
    let logger = CSVLogger(folder.path + "/log.csv")
    var run = try CallbackRun(logger, epochCount: 4)
    try run.epoch(first[0])
    let state = run.callback.state
    // What was written after the checkpoint is written again.
    try run.epoch(second[1])
    var resumed = logger
    try resumed.restore(JSONValue(parsing: state.serialized()))
    try play(resumed, [first[1]], completed: 1)
    #expect(String(decoding: try folder.bytes("log.csv"), as: UTF8.self) == (try golden("csv")))

    // Interrupted in its first epoch, behind a log that was there before: that is kept, what came after it is not.
    let appending = CSVLogger(folder.path + "/log.csv", append: true)
    var second = try CallbackRun(appending, epochCount: 2)
    let beginning = second.callback.state
    try second.epoch(self.second[1])
    var again = appending
    try again.restore(JSONValue(parsing: beginning.serialized()))
    try play(again, first, completedBatches: 1)
    let lines = try golden("csv").components(separatedBy: "\r\n")
    #expect(
      String(decoding: try folder.bytes("log.csv"), as: UTF8.self)
        == (lines[0...2] + lines[1...2] + [""]).joined(separator: "\r\n"))

    // The file is gone: it begins anew.
    try FileManager.default.removeItem(atPath: folder.path + "/log.csv")
    try play(resumed, [first[1]], completed: 1)
    let text = String(decoding: try folder.bytes("log.csv"), as: UTF8.self)
    #expect(text.hasPrefix("epoch,accuracy,late,loss,val_accuracy,val_late,val_loss\r\n1,0.30000000000000004,3.0,"))
  }

  @Test func whatCannotBeWrittenIsTold() throws {
    let folder = LogFolder()
    try FileManager.default.createDirectory(atPath: folder.path + "/log.csv", withIntermediateDirectories: true)
    var error: GraftError?
    do { try play(CSVLogger(folder.path + "/log.csv"), first) } catch let failure as GraftError { error = failure }
    #expect(error?.code == .writeFailed)
    #expect(error?.message.contains("log.csv") == true)
    var logger = CSVLogger("x")
    #expect(throws: GraftError.self) { try logger.restore(["columns": 1]) }
  }
}
