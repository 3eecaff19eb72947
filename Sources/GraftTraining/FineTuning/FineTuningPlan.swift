internal import GraftCore
public import GraftLayers

/// How a base is trained on after its new top has been: the second half of the post's recipe, and of Keras's guide to
/// transfer learning.
///
/// With several phases the base thaws gradually: each phase begins at a deeper layer than the one before.
///
/// **Discriminative rates.** With a `rateDecay` d below 1 the new top learns at the optimizer's rate η, the base's layers from
/// the first phase's start on at η · d, those that the second phase adds at η · d², and so on: early layers, which know the
/// most general things, change least.
///
/// ```swift
/// let plan = FineTuningPlan(
///   [
///     FineTuningPhase(from: "block_16_expand", epochs: 5, optimizer: .adam(learningRate: 1e-4)),
///     FineTuningPhase(from: "block_13_expand", epochs: 5, optimizer: .adam(learningRate: 1e-5)),
///   ], rateDecay: 0.5)
/// try await model.fineTune(train, base: base, plan: plan, validation: validation)
/// ```
public struct FineTuningPlan: Sendable, Hashable {
  /// The phases in their order.
  public var phases: [FineTuningPhase]
  /// What becomes of the base's batch normalisations; by default they stay frozen.
  public var batchNorm: BatchNormTraining
  /// What the rate is multiplied by from one group of layers to the next deeper one, above 0 and at most 1.
  public var rateDecay: Double

  /// Describes fine-tuning.
  public init(_ phases: [FineTuningPhase], batchNorm: BatchNormTraining = .frozen, rateDecay: Double = 1) {
    self.phases = phases
    self.batchNorm = batchNorm
    self.rateDecay = rateDecay
  }

  /// Looks whether the plan can be carried out.
  ///
  /// - Throws: `GraftError.invalidArgument` for numbers that cannot work, a layer that the base does not have or after which
  ///   nothing can be trained, and phases that do not go deeper.
  public func check(_ base: Model) throws {
    guard rateDecay > 0, rateDecay <= 1 else {
      throw GraftError(.invalidArgument, "The decay of rates must be above 0 and at most 1. Received: \(rateDecay).")
    }
    for phase in phases {
      if phase.epochs < 0 {
        throw GraftError(.invalidArgument, "A phase's epochs must be at least 0. Received: \(phase.epochs).")
      }
      if let problem = phase.optimizer.problem { throw GraftError(.invalidArgument, problem) }
    }
    let places = try phases.map { try $0.start.index(in: base) }
    let layers = base.allLayers
    for (phase, place) in zip(phases, places) {
      let hasWeights = layers[place...].contains {
        $0.parameterCount > 0 && !($0 is BatchNormalization && batchNorm == .frozen)
      }
      guard hasWeights else {
        throw GraftError(
          .invalidArgument,
          "From \"\(phase.start)\" on, no layer of the base has weights to train. Begin at an earlier layer.")
      }
    }
    for (number, pair) in zip(places, places.dropFirst()).enumerated() where pair.1 >= pair.0 {
      throw GraftError(
        .invalidArgument,
        """
        Each phase of fine-tuning must begin at a deeper layer than the one before it. Received: \
        "\(phases[number].start)", then "\(phases[number + 1].start)", which is not before it.
        """)
    }
  }

  /// Gets a base ready for one of the phases: what is trained is unfrozen, all before it frozen, and rates are set.
  ///
  /// Compile the network afterwards, with the phase's optimizer.
  ///
  /// - Parameters:
  ///   - base: The network on whose output the trained network's top stands.
  ///   - index: The phase, from 0.
  /// - Throws: What `check` throws; `GraftError.invalidArgument` if there is no such phase.
  public func prepare(_ base: Model, forPhase index: Int) throws {
    try check(base)
    guard phases.indices.contains(index) else {
      throw GraftError(
        .invalidArgument, "The plan has the phases 0 to \(phases.count - 1). Received: \(index).")
    }
    let phase = phases[index]
    try phase.start.unfreeze(base, batchNorm: batchNorm)
    guard rateDecay < 1 else { return }
    let places = try phases.map { try $0.start.index(in: base) }
    for (place, layer) in base.allLayers.enumerated() {
      guard let group = places.firstIndex(where: { place >= $0 }) else { continue }
      var multiplier = 1.0
      for _ in 0...group { multiplier *= rateDecay }
      layer.learningRateMultiplier = Float(multiplier)
    }
  }
}
