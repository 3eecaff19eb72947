public import GraftCore

/// Makes the learning rate smaller when a value no longer improves: keras.callbacks.ReduceLROnPlateau.
///
/// After `patience` epochs in a row without improvement the rate is multiplied by `factor`, and `cooldown` epochs are let
/// pass before the next are counted. With a schedule, the whole schedule is scaled from there on.
///
/// ```swift
/// ReduceLROnPlateau(monitor: "val_loss", factor: 0.2, patience: 5, minimumLearningRate: 1e-5)
/// ```
public struct ReduceLROnPlateau: TrainingCallback, Hashable {
  /// The value that is watched.
  public let monitor: String
  /// What the rate is multiplied by.
  public let factor: Double
  /// Epochs without improvement before the rate is changed.
  public let patience: Int
  /// Epochs after a change that are not counted.
  public let cooldown: Int
  /// The rate that is not gone below.
  public let minimumLearningRate: Double

  private let rule: Monitor
  private(set) var wait = 0
  private(set) var cooldownLeft = 0
  private(set) var best: Double?

  /// Makes the callback, with Keras's defaults.
  ///
  /// - Parameters:
  ///   - monitor: A value of the history, such as `val_loss`.
  ///   - factor: What the rate is multiplied by, between 0 and 1.
  ///   - patience: Epochs without improvement before the rate changes.
  ///   - mode: Which way the value gets better.
  ///   - minimumDelta: The smallest difference that counts.
  ///   - cooldown: Epochs after a change that are not counted.
  ///   - minimumLearningRate: The rate that is not gone below.
  public init(
    monitor: String = "val_loss", factor: Double = 0.1, patience: Int = 10, mode: MonitorMode = .auto,
    minimumDelta: Double = 1e-4, cooldown: Int = 0, minimumLearningRate: Double = 0
  ) {
    self.monitor = monitor
    self.factor = factor
    self.patience = patience
    self.cooldown = cooldown
    self.minimumLearningRate = minimumLearningRate
    rule = Monitor(name: monitor, mode: mode, minimumDelta: minimumDelta)
  }

  /// Forgets earlier runs.
  ///
  /// - Throws: `GraftError.invalidArgument` for a factor that does not make rates smaller.
  public mutating func trainingWillBegin(_ run: TrainingRunDescription) throws {
    guard factor > 0, factor < 1 else {
      throw GraftError(.invalidArgument, "The factor of ReduceLROnPlateau must lie in (0, 1). Received: \(factor).")
    }
    guard !run.isResumed else { return }
    (wait, cooldownLeft, best) = (0, 0, nil)
  }

  /// Looks at an epoch.
  ///
  /// - Throws: `GraftError.invalidArgument` if there is no such value, or nothing says which way it gets better.
  public mutating func epochDidEnd(_ record: EpochRecord, _ control: inout TrainingControl) throws {
    let value = try rule.value(in: record)
    if cooldownLeft > 0 {
      cooldownLeft -= 1
      wait = 0
    }
    if try rule.isImprovement(value, over: best) {
      best = value
      wait = 0
    } else if cooldownLeft == 0 {
      wait += 1
      if wait >= patience, reduce(&control) {
        cooldownLeft = cooldown
        wait = 0
      }
    }
  }

  /// Whether there was anything left to reduce.
  private func reduce(_ control: inout TrainingControl) -> Bool {
    let old = Double(control.learningRate)
    // A rate at its minimum may lie above it by the rounding of the scale.
    guard old > minimumLearningRate * (1 + 1e-6) else { return false }
    control.learningRateScale = Float(
      Double(control.learningRateScale) * (max(old * factor, minimumLearningRate) / old))
    return true
  }

  /// What it has counted, and the best value.
  public var state: JSONValue {
    ["wait": .int(wait), "cooldown_left": .int(cooldownLeft), "best": best.map { .exact($0) } ?? .null]
  }

  /// Goes on counting where an earlier run stopped.
  public mutating func restore(_ state: JSONValue) throws {
    guard let wait = state["wait"]?.int, let cooldownLeft = state["cooldown_left"]?.int, let best = state["best"],
      best.isNull || best.exactDouble != nil
    else {
      throw GraftError(
        .corrupt, "ReduceLROnPlateau's state needs 'wait', 'cooldown_left' and 'best'. Received: \(state).")
    }
    (self.wait, self.cooldownLeft, self.best) = (wait, cooldownLeft, best.exactDouble)
  }
}
