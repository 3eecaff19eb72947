import Foundation
import GraftCore
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Event files: the bytes of TensorFlow's own writer, and Keras's tags and steps.
@Suite struct TensorBoardTests {
  /// RFC 3720, appendix B.4, and the check value of the CRC catalogue.
  @Test func checksums() {
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum((0..<32).map { UInt8($0) }) == 0x46DD_794E)
    #expect(CRC32C.checksum((0..<32).reversed().map { UInt8($0) }) == 0x113F_DB5C)
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
    #expect(CRC32C.masked([]) == 0xA282_EAD8)
  }

  @Test func recordsAreTensorFlows() throws {
    var events = [TensorBoardEvent(wallTime: 1_700_000_000.25, content: .fileVersion)]
    let values: [(Int, String, Float)] = [
      (0, "epoch_loss", 0.75), (0, "epoch_accuracy", 0.1), (1, "epoch_loss", -1.5e-8), (300, "batch_loss", 1e30),
    ]
    for (step, tag, value) in values {
      events.append(
        TensorBoardEvent(
          wallTime: 1_700_000_001.5 + Double(step), step: step, content: .scalar(tag: tag, value: value)))
    }
    #expect(try events.flatMap(\.record) == Array(GoldenFile.contents(of: "callbacks/tensorboard.tfevents")))
  }

  private typealias Scalar = (tag: String, step: Int, value: Float)

  private func records(_ scalars: [Scalar]) -> [UInt8] {
    TensorBoardEvent(wallTime: 1.5, content: .fileVersion).record
      + scalars.flatMap {
        TensorBoardEvent(wallTime: 1.5, step: $0.step, content: .scalar(tag: $0.tag, value: $0.value)).record
      }
  }

  @Test func tagsAndStepsAreKeras() throws {
    let folder = LogFolder()
    let callback = TensorBoard(folder.path, updateFrequency: .batches(2), fixedTime: 1.5)
    var run = try CallbackRun(callback, epochCount: 2, learningRate: 0.125)
    for epoch in 0..<2 {
      for batch in 1...4 { try run.batch(batch, ["loss": Double(10 * epoch + batch), "accuracy": 0.5]) }
      try run.epoch(["loss": Double(epoch), "val_loss": 0.25, "accuracy": 0.75])
    }
    let train = try folder.files("train")
    #expect(train.count == 1)
    #expect(train[0].contains("events.out.tfevents.1."))
    var expected: [Scalar] = []
    for epoch in 0..<2 {
      for batch in [2, 4] {
        expected.append(("batch_accuracy", 4 * epoch + batch, 0.5))
        expected.append(("batch_loss", 4 * epoch + batch, Float(10 * epoch + batch)))
      }
      expected.append(("epoch_accuracy", epoch, 0.75))
      expected.append(("epoch_learning_rate", epoch, 0.125))
      expected.append(("epoch_loss", epoch, Float(epoch)))
    }
    #expect(Array(try Data(contentsOf: URL(filePath: train[0]))) == records(expected))
    let validation = try folder.files("validation")
    #expect(validation.count == 1)
    let validated: [Scalar] = [
      ("evaluation_loss_vs_iterations", 4, 0.25), ("epoch_loss", 0, 0.25), ("evaluation_loss_vs_iterations", 8, 0.25),
      ("epoch_loss", 1, 0.25),
    ]
    #expect(Array(try Data(contentsOf: URL(filePath: validation[0]))) == records(validated))
    // Another run in the same second has files of its own.
    _ = try CallbackRun(callback, epochCount: 2)
    #expect(try folder.files("train").count == 2)
  }

  @Test func withoutBatchesAndValidation() throws {
    let folder = LogFolder()
    var run = try CallbackRun(TensorBoard(folder.path, fixedTime: 1.5), epochCount: 1, learningRate: 0.5)
    try run.batch(1, ["loss": 1])
    try run.epoch(["loss": 2])
    let expected = records([("epoch_learning_rate", 0, 0.5), ("epoch_loss", 0, 2)])
    #expect(Array(try Data(contentsOf: URL(filePath: folder.files("train")[0]))) == expected)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/validation"))
    #expect(throws: GraftError.self) {
      _ = try CallbackRun(TensorBoard(folder.path, updateFrequency: .batches(0)), epochCount: 1)
    }
  }

  /// Where Python has TensorBoard, its own reader must find what was written. GRAFT_PYTHON names the interpreter.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["GRAFT_PYTHON"] != nil))
  func tensorBoardReadsTheFiles() async throws {
    let folder = LogFolder()
    var run = try CallbackRun(
      TensorBoard(folder.path, updateFrequency: .batches(1)), epochCount: 3, learningRate: 0.125)
    for epoch in 0..<3 {
      for batch in 1...4 { try run.batch(batch, ["loss": 1 / Double(4 * epoch + batch)]) }
      try run.epoch(["loss": 0.1 * Double(epoch), "val_loss": 1e-20, "val_auc": 0.75])
    }
    let script = GoldenFile.folder.deletingLastPathComponent().appending(path: "read_events.py").path()
    let python = ProcessInfo.processInfo.environment["GRAFT_PYTHON"] ?? ""
    let ending = try await ChildProcess(python, [script, folder.path]).run()
    #expect(ending.status == 0, "\(ending.errors)")
    let found = try JSONDecoder().decode([String: [[Double]]].self, from: Data(ending.output.utf8))
    var expected: [String: [[Double]]] = [:]
    func expect(_ tag: String, _ steps: [Int], _ value: (Int) -> Float) {
      expected[tag] = steps.map { [Double($0), Double(value($0))] }
    }
    let epochs = [0, 1, 2]
    expect("train/batch_loss", Array(1...12)) { Float(1 / Double($0)) }
    expect("train/epoch_loss", epochs) { Float(0.1 * Double($0)) }
    expect("train/epoch_learning_rate", epochs) { _ in 0.125 }
    expect("validation/epoch_loss", epochs) { _ in 1e-20 }
    expect("validation/epoch_auc", epochs) { _ in 0.75 }
    expect("validation/evaluation_loss_vs_iterations", [4, 8, 12]) { _ in 1e-20 }
    expect("validation/evaluation_auc_vs_iterations", [4, 8, 12]) { _ in 0.75 }
    #expect(found == expected)
  }
}
