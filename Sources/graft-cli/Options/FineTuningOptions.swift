internal import ArgumentParser
internal import Graft

/// What of the base is trained on after the new top.
struct FineTuningOptions: ParsableArguments {
  /// What becomes of batch normalisations.
  enum BatchNorm: String, CaseIterable, ExpressibleByArgument {
    case frozen, train
  }

  @Option(
    help: ArgumentHelp(
      "The first layer of the base that is trained on, or the part of its layers, such as 0.3; none for no fine-tuning.",
      discussion:
        "Several, parted by commas, each deeper than the one before, are a phase each: the base thaws gradually.",
      valueName: "layer|part"))
  var fineTuneFrom: String?

  @Option(
    help: ArgumentHelp("Epochs of fine-tuning, for each phase or one for all (default: 10).", valueName: "count"))
  var fineTuneEpochs: NumberList<Int>?

  @Option(
    help: ArgumentHelp("The step size, for each phase or one for all (default: 0.00001).", valueName: "rate"))
  var fineTuneLearningRate: NumberList<Double>?

  @Option(
    help: ArgumentHelp(
      "What becomes of the base's batch normalisations: frozen, or train (default: frozen).", valueName: "way"))
  var fineTuneBatchNorm: BatchNorm?

  @Option(
    help: ArgumentHelp(
      """
      What the rate is multiplied by from one group of layers to the next deeper one: the new top learns at the whole rate, \
      the first phase's layers at the rate times this, those that the next phase adds at that times this, … (default: 1).
      """,
      valueName: "factor"))
  var fineTuneRateDecay: Double?

  func validate() throws {
    do {
      let starts = try starts
      let others: [(String, Bool)] = [
        ("epochs", fineTuneEpochs != nil), ("learning-rate", fineTuneLearningRate != nil),
        ("batch-norm", fineTuneBatchNorm != nil), ("rate-decay", fineTuneRateDecay != nil),
      ]
      if fineTuneFrom == nil, let (name, _) = others.first(where: \.1) {
        throw ValidationError("--fine-tune-\(name) needs --fine-tune-from: without it the base stays frozen.")
      }
      try check(fineTuneEpochs, "epochs", starts.count) { $0 >= 0 }
      try check(fineTuneLearningRate, "learning-rate", starts.count) { $0 > 0 && $0.isFinite }
    } catch let error as GraftError {
      throw ValidationError("--fine-tune-from: \(error.message)")
    }
    if let fineTuneEpochs, fineTuneEpochs.values.last == 0 {
      throw ValidationError("--fine-tune-epochs: the last phase needs at least one epoch. Received: \(fineTuneEpochs).")
    }
    if let decay = fineTuneRateDecay, !(decay > 0 && decay <= 1) {
      throw ValidationError("--fine-tune-rate-decay must be above 0 and at most 1. Received: \(decay).")
    }
  }

  private func check<Number>(
    _ list: NumberList<Number>?, _ name: String, _ count: Int, _ isGood: (Number) -> Bool
  ) throws {
    guard let list, count > 0 else { return }
    guard list.values.count == 1 || list.values.count == count, list.values.allSatisfy(isGood) else {
      throw ValidationError(
        "--fine-tune-\(name) needs one good number, or one for each of \(count) phases. Received: \(list).")
    }
  }

  /// Where the phases begin; empty without fine-tuning.
  var starts: [FineTuningStart] {
    get throws {
      guard let fineTuneFrom, fineTuneFrom != "none" else { return [] }
      return try fineTuneFrom.split(separator: ",", omittingEmptySubsequences: false)
        .map { try FineTuningStart(parsing: String($0)) }
    }
  }

  /// What is done, on so many pictures.
  func plan(_ optimization: OptimizationOptions, pictures count: Int) throws -> FineTuningPlan {
    let phases = try starts.enumerated().map { index, start in
      let epochs = fineTuneEpochs?[index] ?? 10
      let rate = fineTuneLearningRate?[index] ?? 1e-5
      return FineTuningPhase(
        from: start, epochs: epochs, optimizer: optimization.optimizer(rate: rate, epochs: epochs, pictures: count))
    }
    return FineTuningPlan(
      phases, batchNorm: fineTuneBatchNorm == .train ? .train : .frozen, rateDecay: fineTuneRateDecay ?? 1)
  }
}

extension FineTuningOptions: SettingsGroup {
  var settings: [Setting] {
    let isAsked = fineTuneFrom != nil && fineTuneFrom != "none"
    func text(_ value: String) -> String? { isAsked ? value : nil }
    return [
      Setting("fine-tune-from", text(fineTuneFrom ?? "")),
      Setting("fine-tune-epochs", text(fineTuneEpochs?.description ?? "10")),
      Setting("fine-tune-learning-rate", text(fineTuneLearningRate?.description ?? "1e-05")),
      Setting("fine-tune-batch-norm", text((fineTuneBatchNorm ?? .frozen).rawValue)),
      Setting("fine-tune-rate-decay", text("\(fineTuneRateDecay ?? 1)")),
    ]
  }
}
