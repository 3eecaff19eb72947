internal import Foundation
internal import GraftCore

/// Writes values where TensorBoard reads them: keras.callbacks.TensorBoard.
///
/// Below the folder, `train/` and `validation/` get event files with Keras's tags: `epoch_loss`, `epoch_accuracy` and so
/// on in both, `epoch_learning_rate` in `train/`, `evaluation_loss_vs_iterations` in `validation/`, and with
/// `.batches(n)`, `batch_loss` and so on in `train/`. Epochs count from 0 and batches from 1 over the whole run, as in
/// Keras. Every run adds files; a resumed run's continue the curves.
///
/// ```swift
/// TensorBoard("logs/flowers")   // then: tensorboard --logdir logs
/// ```
public struct TensorBoard: TrainingCallback, Hashable {
  /// When values are written.
  public enum UpdateFrequency: Sendable, Hashable {
    /// After every epoch.
    case epoch
    /// After every epoch, and the epoch's averages so far after every so many batches.
    case batches(Int)
  }

  /// The folder.
  public let folder: String
  /// When values are written.
  public let updateFrequency: UpdateFrequency

  private var batchCount = 0
  private var trainFile: AppendedFile?
  private var validationFile: AppendedFile?
  /// Seconds since 1970, for tests.
  private let fixedTime: Double?

  /// Makes the callback. The folder is made when the run begins.
  public init(_ folder: String = "logs", updateFrequency: UpdateFrequency = .epoch) {
    self.init(folder, updateFrequency: updateFrequency, fixedTime: nil)
  }

  init(_ folder: String, updateFrequency: UpdateFrequency = .epoch, fixedTime: Double?) {
    self.folder = folder
    self.updateFrequency = updateFrequency
    self.fixedTime = fixedTime
  }

  /// Makes the training's event file.
  ///
  /// - Throws: `GraftError.writeFailed`; `.invalidArgument` for a frequency below 1.
  public mutating func trainingWillBegin(_ run: TrainingRunDescription) throws {
    if case .batches(let count) = updateFrequency, count < 1 {
      throw GraftError(.invalidArgument, "TensorBoard needs a number of batches of at least 1. Received: \(count).")
    }
    batchCount = run.batchCount
    trainFile = try newFile("train")
    validationFile = nil
  }

  /// Writes the epoch's averages so far.
  public mutating func batchDidEnd(_ progress: BatchProgress, _ control: inout TrainingControl) throws {
    guard case .batches(let frequency) = updateFrequency else { return }
    let step = (progress.epoch - 1) * batchCount + progress.batch
    if step.isMultiple(of: frequency) { try write(progress.values, "batch_", step: step, to: trainFile) }
  }

  /// Writes the epoch's values.
  public mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) throws {
    var train = record.values.filter { !$0.key.hasPrefix("val_") }
    train["learning_rate"] = Double(control.learningRate)
    try write(train, "epoch_", step: record.epoch - 1, to: trainFile)
    let validation = record.values.filter { $0.key.hasPrefix("val_") }
    guard !validation.isEmpty else { return }
    let values = Dictionary(uniqueKeysWithValues: validation.map { (String($0.key.dropFirst(4)), $0.value) })
    if validationFile == nil { validationFile = try newFile("validation") }
    try write(values, "evaluation_", "_vs_iterations", step: control.iterations, to: validationFile)
    try write(values, "epoch_", step: record.epoch - 1, to: validationFile)
  }

  private func write(
    _ values: [String: Double], _ prefix: String, _ suffix: String = "", step: Int, to file: AppendedFile?
  ) throws {
    let time = fixedTime ?? Date().timeIntervalSince1970
    let events = values.sorted { $0.key < $1.key }.map { name, value in
      TensorBoardEvent(
        wallTime: time, step: step, content: .scalar(tag: prefix + name + suffix, value: Float(value)))
    }
    try file?.append(events.flatMap(\.record))
  }

  /// A new event file with its first record, under a name that no other run has.
  private func newFile(_ part: String) throws -> AppendedFile {
    let time = fixedTime ?? Date().timeIntervalSince1970
    let host = ProcessInfo.processInfo.hostName.replacing("/", with: "_")
    // TensorBoard knows event files by "tfevents" and orders them by their names.
    let stem = "\(folder)/\(part)/events.out.tfevents.\(Int(time)).\(host).\(getpid())"
    var number = 0
    while true {
      let file = AppendedFile(path: "\(stem).\(number)")
      if try file.createIfMissing() {
        try file.append(TensorBoardEvent(wallTime: time, content: .fileVersion).record)
        return file
      }
      number += 1
    }
  }
}
