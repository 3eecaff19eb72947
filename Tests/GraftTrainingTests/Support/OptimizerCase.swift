import GraftCore
import GraftTestSupport

@testable import GraftTraining

/// Keras's arguments of an optimizer or of a schedule, as golden files hold them.
struct OptimizerCase: Decodable {
  struct Arguments: Decodable {
    let learningRate: Rate
    let momentum: Double?
    let nesterov: Bool?
    let rho: Double?
    let beta1: Double?
    let beta2: Double?
    let epsilon: Double?
    let centered: Bool?
    let amsgrad: Bool?
    let weightDecay: Double?
    let spares: Bool?
    let clipnorm: Double?
    let clipvalue: Double?
    let globalClipnorm: Double?
    let useEma: Bool?
    let emaMomentum: Double?
    let emaOverwriteFrequency: Int?
  }

  /// A number, or the name of a schedule's golden file.
  enum Rate: Decodable {
    case number(Double)
    case schedule(String)

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .schedule(try container.decode(String.self))
      }
    }
  }

  let optimizer: String
  let arguments: Arguments
  let steps: Int

  func makeOptimizer() throws -> Optimizer {
    let a = arguments
    let rate: LearningRate =
      switch a.learningRate {
      case .number(let number): LearningRate(number)
      case .schedule(let name): try ScheduleCase.named(name)
      }
    switch optimizer {
    case "SGD":
      return .sgd(
        learningRate: rate, momentum: a.momentum ?? 0, nesterov: a.nesterov ?? false, weightDecay: a.weightDecay,
        sparesBiasesAndNorms: a.spares ?? false, clipNorm: a.clipnorm, clipValue: a.clipvalue,
        globalClipNorm: a.globalClipnorm, useEMA: a.useEma ?? false, emaMomentum: a.emaMomentum ?? 0.99,
        emaOverwriteFrequency: a.emaOverwriteFrequency)
    case "RMSprop":
      return .rmsprop(
        learningRate: rate, rho: a.rho ?? 0.9, momentum: a.momentum ?? 0, epsilon: a.epsilon ?? 1e-7,
        centered: a.centered ?? false, clipNorm: a.clipnorm)
    case "Adam":
      return .adam(
        learningRate: rate, beta1: a.beta1 ?? 0.9, beta2: a.beta2 ?? 0.999, epsilon: a.epsilon ?? 1e-7,
        amsgrad: a.amsgrad ?? false, clipNorm: a.clipnorm, clipValue: a.clipvalue, globalClipNorm: a.globalClipnorm,
        useEMA: a.useEma ?? false, emaMomentum: a.emaMomentum ?? 0.99, emaOverwriteFrequency: a.emaOverwriteFrequency)
    case "AdamW":
      return .adamW(
        learningRate: rate, weightDecay: a.weightDecay ?? 0.004, sparesBiasesAndNorms: a.spares ?? false,
        globalClipNorm: a.globalClipnorm)
    default: throw GraftError(.unsupported, "The test knows no optimizer \(optimizer).")
    }
  }
}

/// Keras's arguments of a schedule, or PyTorch's.
struct ScheduleCase: Decodable {
  struct Arguments: Decodable {
    let boundaries: [Int]?
    let values: [Double]?
    let initialLearningRate: Double?
    let decaySteps: Int?
    let decayRate: Double?
    let staircase: Bool?
    let alpha: Double?
    let warmupTarget: Double?
    let warmupSteps: Int?
    let firstDecaySteps: Int?
    let tMul: Double?
    let mMul: Double?
    let maxLr: Double?
    let totalSteps: Int?
    let pctStart: Double?
    let annealStrategy: String?
    let divFactor: Double?
    let finalDivFactor: Double?
  }

  let schedule: String
  let arguments: Arguments

  static func named(_ name: String) throws -> LearningRate {
    try GoldenFile("schedules/\(name)").parameters(ScheduleCase.self).makeSchedule()
  }

  func makeSchedule() throws -> LearningRate {
    let a = arguments
    let initial = a.initialLearningRate ?? .nan
    switch schedule {
    case "PiecewiseConstantDecay": return .piecewiseConstant(boundaries: a.boundaries ?? [], values: a.values ?? [])
    case "ExponentialDecay":
      return .exponentialDecay(
        initial, decaySteps: a.decaySteps ?? 0, decayRate: a.decayRate ?? .nan, staircase: a.staircase ?? false)
    case "CosineDecay":
      return .cosineDecay(
        initial, decaySteps: a.decaySteps ?? 0, alpha: a.alpha ?? 0, warmupTarget: a.warmupTarget,
        warmupSteps: a.warmupSteps ?? 0)
    case "CosineDecayRestarts":
      return .cosineDecayRestarts(
        initial, firstDecaySteps: a.firstDecaySteps ?? 0, tMul: a.tMul ?? 2, mMul: a.mMul ?? 1, alpha: a.alpha ?? 0)
    case "OneCycleLR":
      return .oneCycle(
        maximum: a.maxLr ?? .nan, steps: a.totalSteps ?? 0, rise: a.pctStart ?? 0.3,
        annealing: a.annealStrategy == "linear" ? .linear : .cosine, divisor: a.divFactor ?? 25,
        finalDivisor: a.finalDivFactor ?? 1e4)
    default: throw GraftError(.unsupported, "The test knows no schedule \(schedule).")
    }
  }
}
