/// How weights follow their gradients: the rule and its numbers. Keras's names, defaults and formulas.
///
/// Every optimizer takes Keras's common options:
///
/// - `weightDecay`: before the step, w ← w − w · weightDecay · η. nil is none.
/// - `sparesBiasesAndNorms`: leaves biases, and the scales and offsets of normalisations, out of the decay (Keras:
///   `exclude_from_weight_decay`).
/// - `clipNorm`, `globalClipNorm`, `clipValue`: gradients are scaled so that the norm of each variable's, or of all together,
///   is no higher, or cut off element by element. At most one of them.
/// - `useEMA`: keeps an exponential moving average of the weights, a ← emaMomentum · a + (1 − emaMomentum) · w after every
///   step (the first step sets a to w). At the end of `fit` the averages become the model's weights; until then, training
///   and validation see the weights themselves, as in Keras. With `emaOverwriteFrequency` n they take the weights' place
///   every n steps, too. Moving statistics of batch normalisations are not averaged.
///
/// ```swift
/// try model.compile(optimizer: .sgd(learningRate: 0.01, momentum: 0.9), loss: .categoricalCrossentropy)
/// try model.compile(optimizer: .adamW(learningRate: 1e-3, weightDecay: 0.01, sparesBiasesAndNorms: true))
/// ```
public struct Optimizer: Sendable, Hashable, Codable {
  enum Rule: Sendable, Hashable, Codable {
    case adam(beta1: Double, beta2: Double, epsilon: Double, usesMaximum: Bool)
    case sgd(momentum: Double, nesterov: Bool)
    case rmsprop(rho: Double, momentum: Double, epsilon: Double, isCentered: Bool)
  }

  /// A limit on gradients.
  enum Clipping: Sendable, Hashable, Codable {
    case value(Double)
    case norm(Double)
    case globalNorm(Double)
  }

  /// An exponential moving average of the weights.
  struct Averaging: Sendable, Hashable, Codable {
    let momentum: Double
    let overwriteFrequency: Int?
  }

  let rule: Rule
  /// The step size.
  public internal(set) var learningRate: LearningRate
  /// The share of a weight, times the learning rate, that is taken off it before every step; nil for none.
  public let weightDecay: Double?
  /// Whether biases, scales and offsets of normalisations do not decay.
  public let sparesBiasesAndNorms: Bool
  /// Every limit that was given; more than one is an error.
  let clippings: [Clipping]
  let averaging: Averaging?

  private init(
    _ rule: Rule, _ learningRate: LearningRate, _ weightDecay: Double?, _ sparesBiasesAndNorms: Bool,
    _ clipNorm: Double?, _ clipValue: Double?, _ globalClipNorm: Double?, _ averaging: Averaging?
  ) {
    self.rule = rule
    self.learningRate = learningRate
    self.weightDecay = weightDecay
    self.sparesBiasesAndNorms = sparesBiasesAndNorms
    clippings = [
      clipNorm.map(Clipping.norm), clipValue.map(Clipping.value), globalClipNorm.map(Clipping.globalNorm),
    ]
    .compactMap { $0 }
    self.averaging = averaging
  }

  /// Gradient descent, with momentum if wanted: keras.optimizers.SGD.
  ///
  /// w ← w − η g; with momentum μ: m ← μ m − η g, w ← w + m; with Nesterov: w ← w + μ m − η g.
  public static func sgd(
    learningRate: LearningRate = 0.01, momentum: Double = 0, nesterov: Bool = false, weightDecay: Double? = nil,
    sparesBiasesAndNorms: Bool = false, clipNorm: Double? = nil, clipValue: Double? = nil,
    globalClipNorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99, emaOverwriteFrequency: Int? = nil
  ) -> Optimizer {
    Optimizer(
      .sgd(momentum: momentum, nesterov: nesterov), learningRate, weightDecay, sparesBiasesAndNorms, clipNorm,
      clipValue,
      globalClipNorm, useEMA ? Averaging(momentum: emaMomentum, overwriteFrequency: emaOverwriteFrequency) : nil)
  }

  /// RMSprop (Hinton, 2012): keras.optimizers.RMSprop.
  ///
  /// v ← ρ v + (1 − ρ) g², d = η g / √(v + ε), w ← w − d; with momentum μ: m ← μ m + d, w ← w − m. Centered:
  /// a ← ρ a + (1 − ρ) g, and v − a² takes the place of v in d.
  public static func rmsprop(
    learningRate: LearningRate = 0.001, rho: Double = 0.9, momentum: Double = 0, epsilon: Double = 1e-7,
    centered: Bool = false, weightDecay: Double? = nil, sparesBiasesAndNorms: Bool = false, clipNorm: Double? = nil,
    clipValue: Double? = nil, globalClipNorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil
  ) -> Optimizer {
    Optimizer(
      .rmsprop(rho: rho, momentum: momentum, epsilon: epsilon, isCentered: centered), learningRate, weightDecay,
      sparesBiasesAndNorms, clipNorm, clipValue, globalClipNorm,
      useEMA ? Averaging(momentum: emaMomentum, overwriteFrequency: emaOverwriteFrequency) : nil)
  }

  /// Adam (Kingma and Ba, 2014): keras.optimizers.Adam.
  ///
  /// m ← m + (g − m)(1 − β₁), v ← v + (g² − v)(1 − β₂), w ← w − η √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + ε). With AMSGrad the
  /// largest v so far takes the place of v in the last one.
  public static func adam(
    learningRate: LearningRate = 0.001, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-7,
    amsgrad: Bool = false, weightDecay: Double? = nil, sparesBiasesAndNorms: Bool = false, clipNorm: Double? = nil,
    clipValue: Double? = nil, globalClipNorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil
  ) -> Optimizer {
    Optimizer(
      .adam(beta1: beta1, beta2: beta2, epsilon: epsilon, usesMaximum: amsgrad), learningRate, weightDecay,
      sparesBiasesAndNorms, clipNorm, clipValue, globalClipNorm,
      useEMA ? Averaging(momentum: emaMomentum, overwriteFrequency: emaOverwriteFrequency) : nil)
  }

  /// Adam with decoupled weight decay (Loshchilov and Hutter, 2019): keras.optimizers.AdamW, which is Adam with a
  /// `weightDecay` of 0.004 unless told otherwise.
  public static func adamW(
    learningRate: LearningRate = 0.001, weightDecay: Double = 0.004, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-7, amsgrad: Bool = false, sparesBiasesAndNorms: Bool = false, clipNorm: Double? = nil,
    clipValue: Double? = nil, globalClipNorm: Double? = nil, useEMA: Bool = false, emaMomentum: Double = 0.99,
    emaOverwriteFrequency: Int? = nil
  ) -> Optimizer {
    .adam(
      learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, amsgrad: amsgrad,
      weightDecay: weightDecay, sparesBiasesAndNorms: sparesBiasesAndNorms, clipNorm: clipNorm, clipValue: clipValue,
      globalClipNorm: globalClipNorm, useEMA: useEMA, emaMomentum: emaMomentum,
      emaOverwriteFrequency: emaOverwriteFrequency)
  }
}
