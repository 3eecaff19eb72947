import Graft

/// The code of the article "Freezing and fine-tuning".
struct FineTuningCode {
  func freezing(_ base: Model, _ model: Model) throws {
    base.freeze()  // the same as base.isTrainable = false
    try base.layer(named: "Conv_1").isTrainable = true  // but this one
    try print(model.summary(showsTrainable: true))
  }

  func unfreezing(_ base: Model) throws {
    try base.unfreeze(from: "block_13_expand")  // by name
    try base.unfreeze(fromIndex: -20)  // the last twenty layers
    try base.unfreeze(lastFraction: 0.25)  // the last quarter
    base.unfreeze()  // all of it
  }

  func trainingNormalizations(_ base: Model) throws {
    try base.unfreeze(from: "block_13_expand", batchNorm: .train)
  }

  func twoPhases(_ base: Model, _ model: Model, _ train: ImageSet, _ test: ImageSet) async throws {
    base.freeze()
    try model.compile(optimizer: .adam(learningRate: 1e-3))
    try await model.fit(train, epochs: 10, validation: test)

    try base.unfreeze(from: "block_13_expand")
    try model.compile(optimizer: .adam(learningRate: 1e-5))
    try await model.fit(
      train, epochs: 10, validation: test, callbacks: [EarlyStopping(patience: 3, restoreBestWeights: true)])
  }

  func gradually(_ base: Model, _ model: Model, _ train: ImageSet, _ test: ImageSet) async throws {
    for block in ["block_16_expand", "block_15_expand", "block_14_expand"] {
      try base.unfreeze(from: block)
      try model.compile(optimizer: .adam(learningRate: 1e-5))
      try await model.fit(train, epochs: 3, validation: test)
    }
  }

  func plan(_ base: Model, _ model: Model, _ train: ImageSet, _ test: ImageSet) async throws {
    let plan = FineTuningPlan([
      FineTuningPhase(from: "block_16_expand", epochs: 5, optimizer: .adam(learningRate: 1e-4)),
      FineTuningPhase(from: "block_13_expand", epochs: 5, optimizer: .adam(learningRate: 1e-5)),
    ])
    try await model.fineTune(train, base: base, plan: plan, validation: test)
  }

  func multipliers(_ base: Model, _ model: Model) throws {
    base.learningRateMultiplier = 0.01
    for layer in base.layers where layer.name.hasPrefix("block_16") { layer.learningRateMultiplier = 0.1 }
    try model.compile(optimizer: .adam(learningRate: 1e-3))  // the new top takes steps of 1e-3
  }

  /// Compiled and not run: it writes a file.
  func findingARate(_ model: Model, _ train: ImageSet) async throws {
    let finding = try await model.findLearningRate(on: train)
    try finding.plot().writePNG(to: "rates.png")
    try model.compile(optimizer: .adam(learningRate: LearningRate(finding.suggestion ?? 1e-5)))
  }
}
