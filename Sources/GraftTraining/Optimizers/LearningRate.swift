/// The step size of an optimizer: a number, or a schedule that is a pure function of the step.
///
/// Definitions: keras.optimizers.schedules, and torch.optim.lr_scheduler.OneCycleLR for `oneCycle`. Step 0 is the
/// optimizer's first step; steps go on counting from one `fit` to the next, as Keras's do.
///
/// ```swift
/// try model.compile(optimizer: .adam(learningRate: 1e-3))
/// try model.compile(optimizer: .sgd(learningRate: .cosineDecay(0.1, decaySteps: 1000), momentum: 0.9))
/// ```
public struct LearningRate: Sendable, Hashable, Codable {
  /// How a one-cycle schedule goes from one rate to the next.
  public enum Annealing: String, Sendable, Hashable, Codable {
    /// Along half a cosine.
    case cosine
    /// Along a straight line.
    case linear
  }

  enum Kind: Sendable, Hashable, Codable {
    case constant(Double)
    case piecewise(boundaries: [Int], values: [Double])
    case exponential(initial: Double, steps: Int, rate: Double, isStaircase: Bool)
    case cosine(initial: Double, steps: Int, alpha: Double, warmupTarget: Double?, warmupSteps: Int)
    case cosineRestarts(initial: Double, firstSteps: Int, lengthFactor: Double, heightFactor: Double, alpha: Double)
    case oneCycle(
      maximum: Double, steps: Int, rise: Double, annealing: Annealing, divisor: Double, finalDivisor: Double)
  }

  let kind: Kind

  /// The same rate at every step.
  public init(_ rate: Double) { kind = .constant(rate) }

  /// The same rate at every step.
  public init(_ rate: Float) { self.init(Double("\(rate)") ?? Double(rate)) }

  init(kind: Kind) { self.kind = kind }
}

extension LearningRate {
  /// The same rate at every step.
  public static func constant(_ rate: Double) -> LearningRate { LearningRate(rate) }

  /// A rate per stretch of steps: keras.optimizers.schedules.PiecewiseConstantDecay.
  ///
  /// `values[i]` holds up to and including step `boundaries[i]`, the last value ever after.
  ///
  /// - Parameters:
  ///   - boundaries: The last step of each stretch but the last, increasing.
  ///   - values: One more than boundaries.
  public static func piecewiseConstant(boundaries: [Int], values: [Double]) -> LearningRate {
    LearningRate(kind: .piecewise(boundaries: boundaries, values: values))
  }

  /// initial · decayRate^(step / decaySteps): keras.optimizers.schedules.ExponentialDecay.
  ///
  /// - Parameters:
  ///   - initial: The first rate.
  ///   - decaySteps: The steps in which the rate is multiplied by `decayRate` once.
  ///   - decayRate: What it is multiplied by.
  ///   - staircase: Whether the exponent is rounded down, so that the rate falls once per `decaySteps`.
  public static func exponentialDecay(
    _ initial: Double, decaySteps: Int, decayRate: Double, staircase: Bool = false
  ) -> LearningRate {
    LearningRate(kind: .exponential(initial: initial, steps: decaySteps, rate: decayRate, isStaircase: staircase))
  }

  /// Down along half a cosine, after a linear warm-up if wanted: keras.optimizers.schedules.CosineDecay.
  ///
  /// With p = step / decaySteps, at most 1: initial · ((1 − alpha) · ½ (1 + cos πp) + alpha). With a `warmupTarget` the rate
  /// first goes from `initial` to the target in `warmupSteps` steps, then falls from the target.
  ///
  /// - Parameters:
  ///   - initial: The first rate.
  ///   - decaySteps: The length of the decay, without the warm-up.
  ///   - alpha: The share of the rate that is left at the end.
  ///   - warmupTarget: The highest rate, if there is a warm-up.
  ///   - warmupSteps: The length of the warm-up.
  public static func cosineDecay(
    _ initial: Double, decaySteps: Int, alpha: Double = 0, warmupTarget: Double? = nil, warmupSteps: Int = 0
  ) -> LearningRate {
    LearningRate(
      kind: .cosine(
        initial: initial, steps: decaySteps, alpha: alpha, warmupTarget: warmupTarget, warmupSteps: warmupSteps))
  }

  /// Half a cosine again and again (SGDR): keras.optimizers.schedules.CosineDecayRestarts.
  ///
  /// - Parameters:
  ///   - initial: The first rate.
  ///   - firstDecaySteps: The length of the first period.
  ///   - tMul: What each period's length is multiplied by for the next one.
  ///   - mMul: What each period's first rate is multiplied by for the next one.
  ///   - alpha: The share of `initial` that is left at the end of every period.
  public static func cosineDecayRestarts(
    _ initial: Double, firstDecaySteps: Int, tMul: Double = 2, mMul: Double = 1, alpha: Double = 0
  ) -> LearningRate {
    LearningRate(
      kind: .cosineRestarts(
        initial: initial, firstSteps: firstDecaySteps, lengthFactor: tMul, heightFactor: mMul, alpha: alpha))
  }

  /// Up to a maximum and down to almost nothing (Smith and Topin, 2017): torch.optim.lr_scheduler.OneCycleLR.
  ///
  /// From maximum / divisor to maximum until step rise · steps − 1, then to maximum / divisor / finalDivisor at the last step,
  /// steps − 1, and no further. Momentum stays as it is: PyTorch's `cycle_momentum=False`.
  ///
  /// - Parameters:
  ///   - maximum: The highest rate.
  ///   - steps: The number of steps of the run.
  ///   - rise: The share of the steps on which the rate rises.
  ///   - annealing: The way from one rate to the next.
  ///   - divisor: What the maximum is divided by for the first rate.
  ///   - finalDivisor: What the first rate is divided by for the last one.
  public static func oneCycle(
    maximum: Double, steps: Int, rise: Double = 0.3, annealing: Annealing = .cosine, divisor: Double = 25,
    finalDivisor: Double = 1e4
  ) -> LearningRate {
    LearningRate(
      kind: .oneCycle(
        maximum: maximum, steps: steps, rise: rise, annealing: annealing, divisor: divisor, finalDivisor: finalDivisor))
  }
}

extension LearningRate: ExpressibleByFloatLiteral {
  /// The same rate at every step.
  public init(floatLiteral value: Double) { self.init(value) }
}

extension LearningRate: ExpressibleByIntegerLiteral {
  /// The same rate at every step.
  public init(integerLiteral value: Int) { self.init(Double(value)) }
}
