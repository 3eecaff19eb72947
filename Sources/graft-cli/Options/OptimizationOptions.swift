internal import ArgumentParser
internal import Graft

/// How weights are trained.
struct OptimizationOptions: ParsableArguments {
  /// The rules that can be asked for.
  enum Rule: String, CaseIterable, ExpressibleByArgument {
    case adam, adamw, sgd, rmsprop
  }

  @Option(help: ArgumentHelp("How often every picture is seen.", valueName: "count"))
  var epochs = 10

  @Option(help: ArgumentHelp("Pictures per step.", valueName: "count"))
  var batchSize = 32

  @Option(help: ArgumentHelp("The step size (default: 0.001; 0.01 for sgd).", valueName: "rate"))
  var learningRate: Double?

  @Option(help: ArgumentHelp("How weights follow their gradients: adam, adamw, sgd, rmsprop.", valueName: "rule"))
  var optimizer = Rule.adam

  @Option(help: ArgumentHelp("Momentum, for sgd and rmsprop (default: 0).", valueName: "share"))
  var momentum: Double?

  @Option(
    help: ArgumentHelp(
      "How the rate changes over a phase: \(RateSchedule.forms).", valueName: "schedule"))
  var schedule = RateSchedule.constant

  @Option(
    help: ArgumentHelp(
      """
      The share of a weight, times the rate, that every step takes off it; biases and norms are spared (default: none; \
      0.004 for adamw).
      """, valueName: "share"))
  var weightDecay: Double?

  @Option(help: ArgumentHelp("The largest norm that all gradients together may have.", valueName: "norm"))
  var clipNorm: Double?

  @Option(
    help: ArgumentHelp(
      "Ends each phase with an exponential moving average of the weights, of this momentum, such as 0.99.",
      valueName: "momentum"))
  var averageWeights: Double?

  @Option(help: ArgumentHelp("How far targets are moved towards not knowing, 0 to 1.", valueName: "share"))
  var labelSmoothing = 0.0

  @Option(
    help: ArgumentHelp(
      "How much classes count: balanced (all the same, however many pictures they have), or daisy=2,rose=0.5.",
      valueName: "weights"))
  var classWeight: ClassWeightChoice?

  func validate() throws {
    if epochs < 1 { throw ValidationError("--epochs must be at least 1. Received: \(epochs).") }
    if batchSize < 1 { throw ValidationError("--batch-size must be at least 1. Received: \(batchSize).") }
    if let learningRate, !(learningRate > 0 && learningRate.isFinite) {
      throw ValidationError("--learning-rate must be a positive number. Received: \(learningRate).")
    }
    if let momentum, optimizer == .adam || optimizer == .adamw {
      throw ValidationError("--momentum belongs to sgd and rmsprop. Received: \(momentum) for \(optimizer.rawValue).")
    }
    if let momentum, !(0...1).contains(momentum) {
      throw ValidationError("--momentum must lie from 0 to 1. Received: \(momentum).")
    }
    if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
      throw ValidationError("--weight-decay must be at least 0. Received: \(weightDecay).")
    }
    if let clipNorm, !(clipNorm > 0 && clipNorm.isFinite) {
      throw ValidationError("--clip-norm must be a positive number. Received: \(clipNorm).")
    }
    if let averageWeights, !(averageWeights > 0 && averageWeights < 1) {
      throw ValidationError("--average-weights must lie between 0 and 1. Received: \(averageWeights).")
    }
    if !(0...1).contains(labelSmoothing) {
      throw ValidationError("--label-smoothing must lie from 0 to 1. Received: \(labelSmoothing).")
    }
  }

  /// The step size of the new top's training.
  var rate: Double { learningRate ?? (optimizer == .sgd ? 0.01 : 0.001) }

  /// The optimizer of a phase.
  ///
  /// - Parameters:
  ///   - rate: Its step size, which the schedule varies.
  ///   - count: The pictures that it trains on.
  func optimizer(rate: Double, epochs: Int, pictures count: Int) -> Optimizer {
    let stepsPerEpoch = max(1, (count + batchSize - 1) / batchSize)
    let rate = schedule.learningRate(rate, epochs: max(1, epochs), stepsPerEpoch: stepsPerEpoch)
    let average = averageWeights
    switch optimizer {
    case .adam:
      return .adam(
        learningRate: rate, weightDecay: weightDecay, sparesBiasesAndNorms: true, globalClipNorm: clipNorm,
        useEMA: average != nil, emaMomentum: average ?? 0.99)
    case .adamw:
      return .adamW(
        learningRate: rate, weightDecay: weightDecay ?? 0.004, sparesBiasesAndNorms: true, globalClipNorm: clipNorm,
        useEMA: average != nil, emaMomentum: average ?? 0.99)
    case .sgd:
      return .sgd(
        learningRate: rate, momentum: momentum ?? 0, weightDecay: weightDecay, sparesBiasesAndNorms: true,
        globalClipNorm: clipNorm, useEMA: average != nil, emaMomentum: average ?? 0.99)
    case .rmsprop:
      return .rmsprop(
        learningRate: rate, momentum: momentum ?? 0, weightDecay: weightDecay, sparesBiasesAndNorms: true,
        globalClipNorm: clipNorm, useEMA: average != nil, emaMomentum: average ?? 0.99)
    }
  }

  /// What training makes small.
  func loss(_ task: ClassificationTask) -> LossFunction {
    task == .singleLabel
      ? .categoricalCrossentropy(labelSmoothing: labelSmoothing) : .binaryCrossentropy(labelSmoothing: labelSmoothing)
  }
}

extension OptimizationOptions: SettingsGroup {
  var settings: [Setting] {
    [
      Setting("epochs", epochs), Setting("batch-size", batchSize), Setting("learning-rate", rate),
      Setting("optimizer", optimizer.rawValue), Setting("momentum", momentum),
      Setting("schedule", schedule.description),
      Setting("weight-decay", weightDecay), Setting("clip-norm", clipNorm), Setting("average-weights", averageWeights),
      Setting("label-smoothing", labelSmoothing), Setting("class-weight", classWeight?.text),
    ]
  }
}
