import GraftCore
import GraftGraph
import GraftLayers
import Testing

/// Which layers are trained after freezing and unfreezing, by name, index and fraction, nested models included.
@Suite struct FreezingTests {
  private let base: Model
  private let model: Model

  init() {
    let input = Input(shape: [8, 8, 3], name: "in")
    var x = Conv2D(4, kernelSize: 3, name: "conv_1")(input)
    x = BatchNormalization(name: "bn_1")(x)
    x = Conv2D(4, kernelSize: 3, name: "conv_2")(x)
    x = BatchNormalization(name: "bn_2")(x)
    base = Model(inputs: input, outputs: x, name: "base")
    let outer = Input(shape: [8, 8, 3], name: "outer")
    var y = Rescaling(scale: 2, name: "scale")(outer)
    y = GlobalAveragePooling2D(name: "pool")(base(y))
    y = BatchNormalization(name: "bn_3")(y)
    model = Model(inputs: outer, outputs: Dense(2, name: "top")(y), name: "model")
  }

  private var trained: [String] {
    model.allLayers.filter { $0.isTrainable && $0.parameterCount > 0 }.map(\.name)
  }

  @Test func freezingTakesAll() {
    base.freeze()
    #expect(trained == ["bn_3", "top"])
    #expect(!base.isTrainable)
    model.freeze()
    #expect(trained == [])
    #expect(model.trainableParameterCount == 0)
  }

  @Test func unfreezingAll() {
    model.freeze()
    base.unfreeze()
    #expect(trained == ["conv_1", "conv_2"])
    base.unfreeze(batchNorm: .train)
    #expect(trained == ["conv_1", "bn_1", "conv_2", "bn_2"])
    #expect(base.isTrainable)
    model.unfreeze()
    #expect(trained == ["conv_1", "conv_2", "top"])
  }

  @Test func byName() throws {
    try base.unfreeze(from: "bn_1", batchNorm: .frozen)
    #expect(trained == ["conv_2", "bn_3", "top"])
    try base.unfreeze(from: "bn_1", batchNorm: .train)
    #expect(trained == ["bn_1", "conv_2", "bn_2", "bn_3", "top"])
    // A name in a nested model, and the nested model's own.
    try model.unfreeze(from: "conv_2", batchNorm: .train)
    #expect(trained == ["conv_2", "bn_2", "bn_3", "top"])
    try model.unfreeze(from: "base")
    #expect(trained == ["conv_1", "conv_2", "top"])
    try model.unfreeze(from: "pool", batchNorm: .train)
    #expect(trained == ["bn_3", "top"])
    #expect(!base.isTrainable)
    #expect(model.isTrainable)
    let error = #expect(throws: GraftError.self) { try model.unfreeze(from: "conv_3") }
    #expect(error?.message.contains("\"conv_1\"") == true)
    #expect(trained == ["bn_3", "top"])
  }

  @Test func byIndex() throws {
    try model.unfreeze(fromIndex: 3, batchNorm: .train)
    #expect(trained == ["bn_3", "top"])
    try model.unfreeze(fromIndex: 2)
    #expect(trained == ["conv_1", "conv_2", "top"])
    try model.unfreeze(fromIndex: -1)
    #expect(trained == ["top"])
    for index in [6, -7] {
      #expect(
        throws: GraftError(
          .invalidArgument, "Model \"model\" has 6 layers: expected an index from -6 to 5. Received: \(index).")
      ) { try model.unfreeze(fromIndex: index) }
    }
  }

  @Test func byFraction() throws {
    // outer, scale, in, conv_1, bn_1, conv_2, bn_2, pool, bn_3, top
    #expect(model.allLayers.count == 10)
    let expected: [(Double, [String])] = [
      (0, []), (0.05, ["top"]), (0.1, ["top"]), (0.2, ["bn_3", "top"]), (0.5, ["conv_2", "bn_2", "bn_3", "top"]),
      (0.7, ["conv_1", "bn_1", "conv_2", "bn_2", "bn_3", "top"]),
      (1, ["conv_1", "bn_1", "conv_2", "bn_2", "bn_3", "top"]),
    ]
    for (fraction, names) in expected {
      try model.unfreeze(lastFraction: fraction, batchNorm: .train)
      #expect(trained == names, "\(fraction)")
    }
    for fraction in [-0.1, 1.1, .nan] {
      let error = #expect(throws: GraftError.self) { try model.unfreeze(lastFraction: fraction) }
      #expect(error?.message == "The fraction of layers to unfreeze must lie from 0 to 1. Received: \(fraction).")
    }
  }

  /// A frozen normalisation runs on its moving statistics, and nothing of it is trained.
  @Test func frozenNormalizationInTheGraph() throws {
    try base.unfreeze(from: "conv_1", batchNorm: .frozen)
    let graph = try model.graph()
    let roles = Dictionary(uniqueKeysWithValues: graph.parameters.map { ($0.name, $0.role) })
    #expect(roles["conv_1/kernel"] == .trainable)
    for name in ["gamma", "beta", "moving_mean", "moving_variance"] { #expect(roles["bn_1/\(name)"] == .frozen) }
    #expect(graph.dump.contains("bn_1 = batchNormalization(") && !graph.dump.contains("bn_1 = batchNormalization of"))
  }

  @Test func learningRateMultipliers() throws {
    base.learningRateMultiplier = 0.1
    try model.layer(named: "conv_2").learningRateMultiplier = 0.5
    let rates = Dictionary(
      uniqueKeysWithValues: try model.graph().parameters.map { ($0.name, $0.learningRateMultiplier) })
    #expect(rates["conv_1/kernel"] == 0.1)
    #expect(rates["bn_2/gamma"] == 0.1)
    #expect(rates["conv_2/bias"] == 0.5)
    #expect(rates["top/kernel"] == 1)
    let larger = try base.resized(to: [12, 12, 3])
    #expect(try larger.layer(named: "conv_2").learningRateMultiplier == 0.5)
    for value: Float in [-1, .infinity, .nan] {
      try model.layer(named: "conv_2").learningRateMultiplier = value
      #expect(
        throws: GraftError(
          .invalidArgument,
          "Layer \"conv_2\": learningRateMultiplier must be finite and not negative. Received: \(value).")
      ) { try model.graph() }
    }
  }
}
