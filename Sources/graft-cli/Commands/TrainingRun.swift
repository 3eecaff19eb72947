internal import Foundation
internal import Graft

/// The work of `graft train`: photos, base, new top, training, file.
struct TrainingRun {
  private let options: TrainCommand
  private let output: OutputPath

  init(_ options: TrainCommand) throws {
    self.options = options
    output = try OutputPath(options.output)
  }

  func run() async throws -> TrainingReport {
    let began = ContinuousClock.now
    try options.base.checkExists()
    let photos = try TrainingPhotos(options)
    let scanSeconds = began.secondsSince
    if !options.json { Console.print(photos.table) }
    for warning in photos.warnings { Console.error("Warning: \(warning)") }

    let base = try await options.base.network()
    if !options.json {
      Console.print("\nbase: \(base.source), cut at \(base.cut), \(base.model.output.shape[0]) features\n")
    }
    RandomSeed.current = options.seed
    let model = try network(on: base, classes: photos.classNames.count)
    try model.compile(
      optimizer: .adam(learningRate: LearningRate(options.learningRate)), loss: .categoricalCrossentropy,
      metrics: [.accuracy])

    var epochs: [EpochRecord] = []
    let history: History
    do {
      history = try await train(model, photos, &epochs)
    } catch let error as GraftError where error.code == .nonFinite {
      throw await keepingLastGood(model, photos, base, epochs, after: error)
    } catch is CancellationError {
      let last = epochs.last.map { ", validation accuracy \(($0.values["val_accuracy"] ?? .nan).percent)" } ?? ""
      Console.error("\n\(epochs.count) of \(options.epochs) epochs were complete\(last). No model was written.")
      throw CancellationError()
    }
    try Task.checkCancellation()
    let artifact = try self.artifact(model, photos, base, history.epochs)
    try await artifact.write(to: output.path)
    return TrainingReport(
      path: output.path, base: base, photos: photos, history: history, scanSeconds: scanSeconds,
      totalSeconds: began.secondsSince)
  }

  /// The post's head on the base's features.
  private func network(on base: BaseNetwork, classes: Int) throws -> Model {
    var x = base.model.output
    // A base that is itself a model of Graft may bring layers of these names.
    let taken = Set(base.model.allLayers.map(\.name))
    func free(_ name: String) -> String { taken.contains(name) ? free(name + "_new") : name }
    if options.dense > 0 { x = Dense(options.dense, activation: .relu, name: free("head_dense"))(x) }
    x = Dense(classes, activation: .softmax, name: free("head_predictions"))(x)
    let model = Model(inputs: base.model.input, outputs: x, name: "\(base.model.name)_graft")
    try model.check()
    return model
  }

  private func train(_ model: Model, _ photos: TrainingPhotos, _ epochs: inout [EpochRecord]) async throws -> History {
    var display = ProgressRenderer(.terminal)
    var history = History()
    let events = try model.training(
      on: photos.train, epochs: options.epochs, batchSize: options.batchSize, validation: photos.validation,
      test: photos.test, seed: options.seed, fit: options.base.fit,
      maximumBadFiles: options.maxBad - photos.badFiles.count)
    for try await event in events {
      display.show(event)
      switch event {
      case .epoch(let record): epochs.append(record)
      case .finished(let result): history = result
      default: break
      }
    }
    history.badFiles = photos.badFiles + history.badFiles
    return history
  }

  private func artifact(
    _ model: Model, _ photos: TrainingPhotos, _ base: BaseNetwork, _ epochs: [EpochRecord]
  ) throws -> GraftModel {
    // Seconds differ from run to run; what is kept does not, so that equal runs give equal files.
    let timeless = epochs.map { EpochRecord(epoch: $0.epoch, values: $0.values, seconds: 0) }
    return try GraftModel(
      model, classNames: photos.classNames, imageFit: options.base.fit,
      provenance: Provenance(
        base: base.source, baseDigest: base.weightsDigest, cut: base.cut,
        dataDigest: photos.train.digest.description, seed: options.seed, history: timeless))
  }

  /// After a loss that is no number: the last complete epoch's model is kept, unless a file stands in its place already.
  private func keepingLastGood(
    _ model: Model, _ photos: TrainingPhotos, _ base: BaseNetwork, _ epochs: [EpochRecord], after error: GraftError
  ) async -> GraftError {
    let fate: String
    if epochs.isEmpty {
      fate = "No epoch was complete: no model was written."
    } else if output.exists {
      fate = "'\(output.path)' stays as it was; the model of epoch \(epochs.count) was not written over it."
    } else {
      do {
        try await artifact(model, photos, base, epochs).write(to: output.path)
        fate = "The model as it was after epoch \(epochs.count) is in '\(output.path)'."
      } catch {
        fate = "The model of epoch \(epochs.count) could not be kept: \(error)"
      }
    }
    return GraftError(.nonFinite, "\(error.message) \(fate)")
  }
}
