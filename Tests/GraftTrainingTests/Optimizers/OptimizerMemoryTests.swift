import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftTraining

/// What an optimizer remembers from one `fit` to the next, as in Keras.
@Suite struct OptimizerMemoryTests {
  static let optimizers: [Optimizer] = [
    .adam(), .sgd(learningRate: 0.05), .sgd(learningRate: 0.05, momentum: 0.9),
    .sgd(learningRate: 0.05, momentum: 0.9, nesterov: true), .rmsprop(momentum: 0.9, centered: true),
    .adamW(learningRate: .cosineDecay(0.01, decaySteps: 7), amsgrad: true, globalClipNorm: 0.1),
  ]

  @Test(arguments: optimizers) func twoFitsOfOneEpochAreOneFitOfTwo(_ optimizer: Optimizer) async throws {
    let (x, y) = Heads.data(50)
    let (once, twice) = (try Heads.normalized(), try Heads.normalized())
    try once.compile(optimizer: optimizer)
    try twice.compile(optimizer: optimizer)
    let whole = try await once.fit(x, y, epochs: 2, batchSize: 16, shuffle: false, progress: .silent)
    let first = try await twice.fit(x, y, epochs: 1, batchSize: 16, shuffle: false, progress: .silent)
    let second = try await twice.fit(x, y, epochs: 1, batchSize: 16, shuffle: false, progress: .silent)
    #expect(whole["loss"] == first["loss"] + second["loss"])
    #expect(try once.weights() == twice.weights())
  }

  @Test func compilingAgainForgets() async throws {
    let (x, y) = Heads.data(50)
    let (kept, forgotten, fresh) = (try Heads.small(), try Heads.small(), try Heads.small())
    for model in [kept, forgotten] {
      try model.compile(optimizer: .adam())
      try await model.fit(x, y, shuffle: false, progress: .silent)
    }
    try forgotten.compile(optimizer: .adam())
    // A third model that begins where the others are has no memory either.
    let weights = try forgotten.weights()
    for (name, variable) in try fresh.namedVariables() { try variable.assign(#require(weights[name])) }
    try fresh.compile(optimizer: .adam())
    for model in [kept, forgotten, fresh] { try await model.fit(x, y, shuffle: false, progress: .silent) }
    #expect(try forgotten.weights() == fresh.weights())
    #expect(try kept.weights() != fresh.weights())
  }

  @Test func memoryBelongsToItsWeights() async throws {
    // Two layers of one size: what the optimizer remembers of one must not move the other.
    func model() throws -> (Model, Dense, Dense) {
      let input = Input(shape: [Heads.features])
      let first = Dense(Heads.features, activation: .tanh, name: "first")
      let second = Dense(Heads.features, activation: .tanh, name: "second")
      let end = Dense(Heads.classes, activation: .softmax, name: "classes")
      let model = Model(inputs: input, outputs: end(second(first(input))))
      try model.assignFormulaWeights()
      end.isTrainable = false
      return (model, first, second)
    }
    let (x, y) = Heads.data(40)
    let (changed, first, second) = try model()
    try changed.compile(optimizer: .adam())
    second.isTrainable = false
    try await changed.fit(x, y, shuffle: false, progress: .silent)
    first.isTrainable = false
    second.isTrainable = true

    let (fresh, freshFirst, _) = try model()
    let weights = try changed.weights()
    for (name, variable) in try fresh.namedVariables() { try variable.assign(#require(weights[name])) }
    freshFirst.isTrainable = false
    try fresh.compile(optimizer: .adam())
    for model in [changed, fresh] { try await model.fit(x, y, shuffle: false, progress: .silent) }
    #expect(try changed.weights() == fresh.weights())
  }

  @Test func layersHaveTheirOwnRates() async throws {
    let (x, y) = Heads.data(16)
    func model(_ multipliers: (Float, Float), rate: LearningRate) throws -> Model {
      let model = try Heads.small()
      for (layer, multiplier) in zip(model.layers.filter { !$0.variables.isEmpty }, [multipliers.0, multipliers.1]) {
        layer.learningRateMultiplier = multiplier
      }
      try model.compile(optimizer: .sgd(learningRate: rate))
      return model
    }
    // One step, so that the gradients are those of the same weights.
    let models = try [model((0, 2), rate: 0.25), model((1, 1), rate: 0.5), model((1, 1), rate: 0)]
    for model in models { try await model.fit(x, y, batchSize: 16, shuffle: false, progress: .silent) }
    let (own, all, none) = try (models[0].weights(), models[1].weights(), models[2].weights())
    for name in own.keys { #expect(own[name] == (name.hasPrefix("hidden") ? none : all)[name]) }
    #expect(all != none)
  }
}
