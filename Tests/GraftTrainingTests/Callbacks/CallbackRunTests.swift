import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import Testing

@testable import GraftTraining

/// The callbacks in real runs.
@Suite struct CallbackRunTests {
  /// Ends a run after some epoch.
  private struct StopAfter: TrainingCallback {
    let epoch: Int

    mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) {
      if record.epoch == epoch { control.stop("enough") }
    }
  }

  private func model(_ learningRate: LearningRate = 0.5) throws -> Model {
    let model = try Heads.small()
    try model.compile(optimizer: .sgd(learningRate: learningRate), loss: .categoricalCrossentropy)
    return model
  }

  /// A training set whose fit soon harms the validation set: its labels are turned by one.
  private func data() -> (x: Tensor, y: Tensor, validation: (x: Tensor, y: Tensor)) {
    let (x, y) = Heads.data(64)
    let (other, labels) = Heads.data(32, name: "others")
    return (x, y, (other, Tensor((0..<32).map { row in (0..<3).map { labels[row, ($0 + 1) % 3] } })))
  }

  @Test func theBestEpochsWeightsAreBack() async throws {
    let (x, y, validation) = data()
    let stopped = try model()
    let history = try await stopped.fit(
      x, y, epochs: 30, validation: validation, callbacks: [EarlyStopping(patience: 3, restoreBestWeights: true)],
      progress: .silent)
    let losses = history["val_loss"]
    #expect(losses.count < 30)
    let best = try #require(losses.indices.min { losses[$0] < losses[$1] })
    #expect(best == losses.count - 4)
    #expect(history.stopReason == "val_loss has not improved for 3 epochs")
    // In batches of another size some processors add up in another order.
    #expect(try await abs(stopped.evaluate(validation.x, validation.y).loss - losses[best]) < 1e-6)
    #expect(abs(try #require(history.validation).loss - losses[best]) < 1e-6)
    // The same as a run of so many epochs.
    let short = try model()
    try await short.fit(x, y, epochs: best + 1, validation: validation, progress: .silent)
    #expect(try stopped.weights() == short.weights())
  }

  @Test(arguments: [false, true]) func theBestWeightsAreBackWhateverEndsTheRun(_ byAnother: Bool) async throws {
    let (x, y, validation) = data()
    let whole = try model()
    let other: [any TrainingCallback] = byAnother ? [StopAfter(epoch: 6)] : []
    let history = try await whole.fit(
      x, y, epochs: byAnother ? 20 : 6, validation: validation,
      callbacks: other + [EarlyStopping(patience: 50, restoreBestWeights: true)], progress: .silent)
    let losses = history["val_loss"]
    #expect(losses.count == 6)
    let best = try #require(losses.min())
    #expect(losses[5] > best)
    #expect(try await abs(whole.evaluate(validation.x, validation.y).loss - best) < 1e-6)
  }

  @Test func aPlateauSlowsTheRunDown() async throws {
    let (x, y, validation) = data()
    let folder = LogFolder()
    let model = try model(0.5)
    let history = try await model.fit(
      x, y, epochs: 8, validation: validation,
      callbacks: [
        ReduceLROnPlateau(factor: 0.5, patience: 2), CSVLogger(folder.path + "/log.csv"),
        TensorBoard(folder.path + "/board", updateFrequency: .batches(1)),
      ], progress: .silent)
    // The plateau's own decisions on this history, played again.
    var run = try CallbackRun(
      ReduceLROnPlateau(factor: 0.5, patience: 2), epochCount: 8, learningRate: 0.5)
    for record in history.epochs { try run.epoch(record.values) }
    #expect(run.learningRate < 0.5)
    var expected = TensorBoardEvent(
      wallTime: 0, step: 7, content: .scalar(tag: "epoch_learning_rate", value: run.learningRate)
    ).record
    // Without the time and what depends on it: from the step on, to before the checksum.
    expected = Array(expected[21..<(expected.count - 4)])
    let written = Array(try Data(contentsOf: URL(filePath: folder.files("board/train")[0])))
    #expect(written.indices.contains { written[$0...].starts(with: expected) })
    let lines = String(decoding: try folder.bytes("log.csv"), as: UTF8.self).components(separatedBy: "\r\n")
    #expect(lines[0] == "epoch,accuracy,loss,val_accuracy,val_loss")
    #expect(lines.count == 10)
    let last = try #require(history.epochs.last).values
    #expect(
      lines[8]
        == (["7"] + ["accuracy", "loss", "val_accuracy", "val_loss"].map { "\(last[$0] ?? .nan)" })
        .joined(separator: ","))
  }
}
