import GraftCore
import GraftGraph
import GraftLayers
import Testing

@testable import GraftTraining

@Suite struct FineTuningPlanTests {
  /// Five layers with weights, one of them a batch normalisation, in a base in a base.
  private struct Network {
    let base: Model
    let model: Model

    init() throws {
      let input = Input(shape: [16, 16, 3], preprocessing: .scaledToMinusOneToOne, name: "picture")
      var x = Conv2D(4, kernelSize: 3, name: "one")(input)
      x = Conv2D(4, kernelSize: 3, name: "two")(x)
      x = BatchNormalization(name: "norm")(x)
      x = Conv2D(4, kernelSize: 3, name: "three")(x)
      x = GlobalAveragePooling2D(name: "pool")(x)
      let inner = Model(inputs: input, outputs: x, name: "inner")
      let outer = Input(shape: [16, 16, 3], preprocessing: .scaledToMinusOneToOne, name: "outer")
      base = Model(inputs: outer, outputs: inner(outer), name: "base")
      base.isTrainable = false
      model = Model(inputs: outer, outputs: Dense(3, activation: .softmax, name: "top")(base.output))
    }

    var trainable: [String] {
      model.allLayers.filter { $0.isTrainable && $0.parameterCount > 0 }.map(\.name)
    }
  }

  @Test func startsAreReadFromText() throws {
    #expect(try FineTuningStart(parsing: "block_13_expand") == .layer("block_13_expand"))
    #expect(try FineTuningStart(parsing: "0.3") == .lastFraction(0.3))
    #expect(try FineTuningStart(parsing: "1") == .lastFraction(1))
    for wrong in ["", "0", "-0.5", "1.01", "nan"] {
      #expect(throws: GraftError.self) { try FineTuningStart(parsing: wrong) }
    }
    for text in ["conv", "0.25"] { #expect(try FineTuningStart(parsing: text).description == text) }
  }

  @Test func eachPhaseTrainsFromItsStartOn() throws {
    let network = try Network()
    let plan = FineTuningPlan([
      FineTuningPhase(from: "three", epochs: 1), FineTuningPhase(from: "two", epochs: 1),
      FineTuningPhase(from: .lastFraction(1), epochs: 1),
    ])
    try plan.prepare(network.base, forPhase: 0)
    #expect(network.trainable == ["three", "top"])
    try plan.prepare(network.base, forPhase: 1)
    #expect(network.trainable == ["two", "three", "top"])
    try plan.prepare(network.base, forPhase: 2)
    #expect(network.trainable == ["one", "two", "three", "top"])
    #expect(network.model.allLayers.allSatisfy { $0.learningRateMultiplier == 1 })
    var other = plan
    other.batchNorm = .train
    try other.prepare(network.base, forPhase: 1)
    #expect(network.trainable == ["two", "norm", "three", "top"])
    #expect(throws: GraftError.self) { try plan.prepare(network.base, forPhase: 3) }
  }

  @Test func everyDeeperGroupLearnsMoreSlowly() throws {
    let network = try Network()
    let plan = FineTuningPlan(
      [
        FineTuningPhase(from: "three", epochs: 0), FineTuningPhase(from: "two", epochs: 0),
        FineTuningPhase(from: "one", epochs: 1),
      ], batchNorm: .train, rateDecay: 0.5)
    try plan.prepare(network.base, forPhase: 2)
    func rate(_ name: String) throws -> Float { try network.model.layer(named: name).learningRateMultiplier }
    #expect(try rate("top") == 1)
    #expect(try rate("pool") == 0.5 && rate("three") == 0.5)
    #expect(try rate("norm") == 0.25 && rate("two") == 0.25)
    #expect(try rate("one") == 0.125)
  }

  @Test func plansThatCannotWorkAreRefused() throws {
    let base = try Network().base
    func refused(_ starts: [FineTuningStart], epochs: Int = 1, decay: Double = 1, rate: LearningRate = 1e-3) -> String {
      let phases = starts.map { FineTuningPhase(from: $0, epochs: epochs, optimizer: .adam(learningRate: rate)) }
      do {
        try FineTuningPlan(phases, rateDecay: decay).check(base)
        return ""
      } catch {
        return "\(error)"
      }
    }
    #expect(refused(["three", "two"]) == "")
    #expect(refused(["tow"]).contains("\"two\""))
    #expect(refused(["two", "three"]).contains("deeper"))
    #expect(refused(["two", "two"]).contains("deeper"))
    #expect(refused(["pool"]).contains("no layer of the base has weights"))
    #expect(refused([.lastFraction(0)]).contains("above 0"))
    #expect(refused(["two"], epochs: -1).contains("-1"))
    #expect(refused(["two"], decay: 0).contains("above 0"))
    #expect(refused(["two"], decay: 1.5).contains("1.5"))
    #expect(refused(["two"], rate: -1).contains("-1"))
  }

  @Test func fineTuningIsAFitPerPhase() async throws {
    let photos = try PictureFolder(perClass: 4)
    let images = try photos.images()
    func trained() async throws -> PictureModel {
      let model = try PictureModel()
      try model.model.compile(loss: .categoricalCrossentropy, metrics: [.accuracy])
      try await model.model.fit(images, epochs: 1, batchSize: 4, seed: 1, progress: .silent)
      return model
    }
    let model = try await trained()
    let plan = FineTuningPlan([
      FineTuningPhase(from: "conv", epochs: 2, optimizer: .sgd(learningRate: 0.01, momentum: 0.9))
    ])
    let histories = try await model.model.fineTune(
      images, base: model.base, plan: plan, batchSize: 4, validation: images, test: images, seed: 1, progress: .silent)

    let other = try await trained()
    try other.base.unfreeze(from: "conv", batchNorm: .frozen)
    try other.model.compile(
      optimizer: .sgd(learningRate: 0.01, momentum: 0.9), loss: .categoricalCrossentropy, metrics: [.accuracy])
    let history = try await other.model.fit(
      images, epochs: 2, batchSize: 4, validation: images, seed: 1, progress: .silent)
    #expect(histories.count == 1)
    #expect(histories[0].epochs.map(\.values) == history.epochs.map(\.values))
    #expect(histories[0].test?.count == 12)
    for (own, expected) in zip(try model.model.namedVariables(), try other.model.namedVariables()) {
      #expect(own.variable.value == expected.variable.value, "\(own.name)")
    }
    await #expect(throws: GraftError.self) {
      try await model.model.fineTune(images, base: PictureModel().base, plan: plan, progress: .silent)
    }
  }
}
