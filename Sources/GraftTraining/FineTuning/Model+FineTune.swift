internal import GraftCore
public import GraftImages
public import GraftLayers
public import GraftStore

extension Model {
  /// Trains a base on, after its new top has been trained: one `fit` per phase of a plan, each compiled anew with the
  /// phase's optimizer and the loss and metrics that the model was compiled with.
  ///
  /// What stays frozen still runs once per picture and phase. `base` is the network on whose output this one's top stands;
  /// its layers are this network's. `plan` says what is trained from where, and how. All other parameters are those of
  /// `fit`; callbacks begin anew in every phase, only the last phase looks at the test pictures, and each phase keeps
  /// checkpoints of its own, in folders `phase-1`, `phase-2`, …, until the last one has ended; with `keepsLast`, until they are removed.
  ///
  /// - Returns: A history per phase; phases without epochs are left out.
  ///
  /// ```swift
  /// try await model.fit(train, epochs: 10, validation: validation)          // the new top, the base frozen
  /// let plan = FineTuningPlan([FineTuningPhase(from: "block_13_expand", epochs: 10)])
  /// try await model.fineTune(train, base: base, plan: plan, validation: validation)
  /// ```
  @discardableResult
  public func fineTune(
    _ images: ImageSet, base: Model, plan: FineTuningPlan, batchSize: Int = 32, validation: ImageSet? = nil,
    test: ImageSet? = nil, shuffle: Bool = true, seed: UInt64 = 0, fit: ImageFit = .stretch,
    maximumBadFiles: Int = 0, classWeight: ClassWeights? = nil, augmentation: Augmentation = .none, views: Int? = nil,
    callbacks: [any TrainingCallback] = [], checkpoints: TrainingCheckpoints? = nil, store: FeatureStore? = nil,
    progress: ProgressDisplay = .terminal
  ) async throws -> [History] {
    let before = try compiled
    try plan.check(base)
    try checkpoints?.checkPhases()
    let own = Set(allLayers.map(ObjectIdentifier.init))
    guard base.allLayers.allSatisfy({ $0 is InputLayer || own.contains(ObjectIdentifier($0)) }) else {
      throw GraftError(
        .invalidArgument, "The base \"\(base.name)\" must be a part of the model \"\(name)\": its layers are not.")
    }
    let phases = plan.phases.indices.filter { plan.phases[$0].epochs > 0 }
    var histories: [History] = []
    for (number, index) in phases.enumerated() {
      try plan.prepare(base, forPhase: index)
      try compile(optimizer: plan.phases[index].optimizer, loss: before.loss, metrics: before.metrics)
      histories.append(
        try await self.fit(
          images, epochs: plan.phases[index].epochs, batchSize: batchSize, validation: validation,
          test: index == phases.last ? test : nil, shuffle: shuffle, seed: seed, fit: fit,
          maximumBadFiles: maximumBadFiles, classWeight: classWeight, augmentation: augmentation, views: views,
          callbacks: callbacks, checkpoints: checkpoints?.phase(number + 1), store: store, progress: progress))
    }
    if let checkpoints, !checkpoints.keepsLast { checkpoints.removePhases() }
    return histories
  }
}
