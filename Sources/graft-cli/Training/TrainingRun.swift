internal import Foundation
internal import Graft

/// The work of `graft train`: photos, base, new top, fine-tuning, file.
struct TrainingRun {
  private let options: TrainCommand
  private let output: OutputPath
  private let checkpoints: TrainingCheckpoints

  init(_ options: TrainCommand) throws {
    self.options = options
    output = try OutputPath(options.output)
    checkpoints = options.checkpoints.checkpoints(output: options.output)
  }

  func run() async throws -> TrainingReport {
    let began = ContinuousClock.now
    try prepare()
    let photos = try TrainingPhotos(options.folder, options.pictures)
    let scanSeconds = began.secondsSince
    say(photos.table)
    for warning in photos.warnings { Console.error("Warning: \(warning)") }

    let base = try await options.base.network()
    say("\nbase: \(base.source), cut at \(base.cut), \(base.model.output.shape[0]) features\n")
    let store = options.cache.store(base.source)
    let plan = try options.fineTuning.plan(options.optimization, pictures: photos.train.count)
    try plan.check(base.model)
    try options.base.check(plan, base)
    let quantization = try await options.base.quantize(base, on: photos.train.files.map(\.path))
    if let quantization { say(quantization.text + "\n") }

    var log = TrainingLog()
    var model: Model?
    var choice = HeadChoice(kind: .dense)
    defer { checkpoints.removeEmptyPhases() }
    do {
      try await train(photos, base, plan, store, &model, &choice, &log)
      try Task.checkCancellation()
      if let model { try await artifact(model, photos, base, log).write(to: output.path) }
      checkpoints.removePhases()
    } catch let error as GraftError where error.code == .nonFinite {
      // It would end the same way again.
      checkpoints.removePhases()
      throw await keepingLastGood(model, photos, base, log, after: error)
    } catch is CancellationError {
      say(interrupted: log)
      throw CancellationError()
    }
    return TrainingReport(
      path: output.path, base: base, photos: photos, quantization: quantization, head: choice, log: log,
      recipe: options.settings.recipe, features: store?.counts, scanSeconds: scanSeconds,
      totalSeconds: began.secondsSince)
  }

  /// Everything that can be wrong before any work is done.
  private func prepare() throws {
    try options.base.checkExists()
    if let path = options.settings.writeConfig {
      _ = try OutputPath(path)
      try AtomicFile.write(SettingsFile.yaml(try options.effectiveSettings), to: path)
    }
    try checkpoints.checkPhases()
    if options.checkpoints.resume, !checkpoints.hasPhases {
      Console.error("There is no checkpoint in '\(checkpoints.folder)': the run begins anew.")
    }
    if let recipe = options.settings.recipe { say(recipe.text(try options.effectiveSettings) + "\n") }
  }

  private func say(_ text: String) { if !options.json { Console.print(text) } }

  // MARK: Phases

  private func train(
    _ photos: TrainingPhotos, _ base: BaseNetwork, _ plan: FineTuningPlan, _ store: FeatureStore?,
    _ network: inout Model?, _ choice: inout HeadChoice, _ log: inout TrainingLog
  ) async throws {
    RandomSeed.current = options.pictures.seed
    let head = HeadTraining(options: options, photos: photos, base: base, store: store)
    let features: HeadFeatures?
    (choice, features) = try await head.choose()
    if let text = choice.text { say(text + "\n") }
    let model = try head.network(choice)
    network = model
    let phases = plan.phases.indices.filter { plan.phases[$0].epochs > 0 }
    let count = phases.count + 1
    log.plannedEpochs = phases.reduce(choice.fit == nil ? options.optimization.epochs : 1) {
      $0 + plan.phases[$1].epochs
    }

    let optimization = options.optimization
    try compile(
      model, photos,
      optimization.optimizer(rate: optimization.rate, epochs: optimization.epochs, pictures: photos.train.count))
    if let fit = choice.fit, let features {
      if count > 1 { say("phase 1 of \(count): the linear top, \(weights(of: model))") }
      log.phases.append(
        TrainingLog.Phase(
          name: "linear head, C \(fit.regularization.shortest)", trainableParameters: model.trainableParameterCount))
      let (record, history) = try await head.record(fit, features, model, isLast: count == 1)
      log.phases[0].records = [record]
      log.phases[0].history = history
    } else {
      if count > 1 { say("phase 1 of \(count): the new top, \(weights(of: model)), \(counted(optimization.epochs))") }
      log.phases.append(TrainingLog.Phase(name: "dense head", trainableParameters: model.trainableParameterCount))
      try await fit(model, photos, store, epochs: optimization.epochs, of: count, &log)
    }
    for index in phases {
      let phase = plan.phases[index]
      try plan.prepare(base.model, forPhase: index)
      try compile(model, photos, phase.optimizer)
      say(
        "phase \(log.phases.count + 1) of \(count): fine-tuning from \(phase.start) on, \(weights(of: model)), "
          + counted(phase.epochs) + (model.precision == .int8 ? "; what stays frozen is int8" : ""))
      log.phases.append(
        TrainingLog.Phase(
          name: "fine-tuning from \(phase.start)", trainableParameters: model.trainableParameterCount))
      try await fit(model, photos, store, epochs: phase.epochs, of: count, &log)
    }
  }

  private func counted(_ epochs: Int) -> String { epochs == 1 ? "1 epoch" : "\(epochs) epochs" }

  private func weights(of model: Model) -> String { "\(model.trainableParameterCount.grouped) weights" }

  private func compile(_ model: Model, _ photos: TrainingPhotos, _ optimizer: Optimizer) throws {
    try model.compile(
      optimizer: optimizer, loss: options.optimization.loss(photos.task),
      metrics: photos.task == .singleLabel ? [.accuracy] : [.accuracy, .f1()])
  }

  /// Trains for one phase, the last one in the log.
  private func fit(
    _ model: Model, _ photos: TrainingPhotos, _ store: FeatureStore?, epochs: Int, of count: Int,
    _ log: inout TrainingLog
  ) async throws {
    let number = log.phases.count
    var display = ProgressRenderer(.terminal)
    for try await event in try events(model, photos, store, epochs: epochs, phase: number, of: count) {
      display.show(event)
      switch event {
      case .epoch(let record): log.phases[number - 1].records.append(record)
      case .finished(let history):
        // A resumed run does not tell again of the epochs that were complete.
        log.phases[number - 1].records = history.epochs
        log.phases[number - 1].history = history
        if let reason = history.stopReason { Console.error("Ended: \(reason).") }
      default: break
      }
    }
  }

  private func events(
    _ model: Model, _ photos: TrainingPhotos, _ store: FeatureStore?, epochs: Int, phase: Int, of count: Int
  ) throws -> TrainingEvents {
    let callbacks = options.watching.callbacks(phase: phase, of: count)
    let (pictures, batchSize) = (options.pictures, options.optimization.batchSize)
    let maximumBadFiles = pictures.maxBad - photos.badFiles.count
    let augmentation = try options.augmentation.augmentation
    let views = options.augmentation.views
    let test = phase == count ? photos.test : nil
    switch photos.train {
    case .classes(let train):
      return try model.training(
        on: train, epochs: epochs, batchSize: batchSize, validation: photos.validation.classes, test: test?.classes,
        seed: pictures.seed, fit: options.base.fit, maximumBadFiles: maximumBadFiles,
        classWeight: options.optimization.classWeight?.weights, augmentation: augmentation, views: views,
        callbacks: callbacks, checkpoints: checkpoints.phase(phase), store: store)
    case .labels(let train):
      return try model.training(
        on: train, epochs: epochs, batchSize: batchSize, validation: photos.validation.labels, test: test?.labels,
        seed: pictures.seed, fit: options.base.fit, maximumBadFiles: maximumBadFiles, augmentation: augmentation,
        views: views, callbacks: callbacks, checkpoints: checkpoints.phase(phase), store: store)
    }
  }

  // MARK: The end

  private func artifact(
    _ model: Model, _ photos: TrainingPhotos, _ base: BaseNetwork, _ log: TrainingLog
  ) throws -> GraftModel {
    let settings = try options.effectiveSettings.filter { $0.role == .model }
      .compactMap { setting in setting.value.map { (setting.name, $0) } }
    return try GraftModel(
      model, classNames: photos.classNames, task: photos.task, imageFit: options.base.fit,
      provenance: Provenance(
        base: base.source, baseDigest: base.weightsDigest, cut: base.cut, dataDigest: photos.train.digest,
        seed: options.pictures.seed, history: log.timelessRecords, phases: log.phaseRecords,
        settings: Dictionary(uniqueKeysWithValues: settings)))
  }

  private func say(interrupted log: TrainingLog) {
    let records = log.records
    let last = records.last.map {
      ", validation accuracy \(($0.record.values["val_accuracy"] ?? .nan).percent)"
    }
    let kept =
      checkpoints.hasPhases ? " The same command with --resume goes on from '\(checkpoints.folder)'." : ""
    Console.error(
      """
      \n\(records.count) of \(max(log.plannedEpochs, records.count)) epochs were complete\(last ?? ""). No model was \
      written.\(kept)
      """)
  }

  /// After a loss that is no number: the last complete epoch's model is kept, unless a file stands in its place already.
  private func keepingLastGood(
    _ model: Model?, _ photos: TrainingPhotos, _ base: BaseNetwork, _ log: TrainingLog, after error: GraftError
  ) async -> GraftError {
    let fate: String
    let epochs = log.records.count
    guard let model, epochs > 0 else {
      return GraftError(.nonFinite, "\(error.message) No epoch was complete: no model was written.")
    }
    if output.exists {
      fate = "'\(output.path)' stays as it was; the model of epoch \(epochs) was not written over it."
    } else {
      do {
        try await artifact(model, photos, base, log).write(to: output.path)
        fate = "The model as it was after epoch \(epochs) is in '\(output.path)'."
      } catch {
        fate = "The model of epoch \(epochs) could not be kept: \(error)"
      }
    }
    return GraftError(.nonFinite, "\(error.message) \(fate)")
  }
}
