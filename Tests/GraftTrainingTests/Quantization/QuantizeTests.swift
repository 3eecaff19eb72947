import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftTraining

/// A quantised base under a head: the same features everywhere, and floats for what is trained.
@Suite struct QuantizeTests {
  private struct Network {
    let base: Model
    let model: Model
    let x: Tensor
    let y: Tensor
  }

  private func network(_ name: String, count: Int = 21) throws -> Network {
    let input = Input(shape: [12, 12, 3], name: "\(name)_input")
    var y = Conv2D(16, kernelSize: 3, strides: 2, padding: .same, useBias: false, name: "\(name)_stem")(input)
    y = ReLU(maxValue: 6, name: "\(name)_stem_relu")(BatchNormalization(name: "\(name)_stem_bn")(y))
    let trunk = y
    y = DepthwiseConv2D(kernelSize: 3, padding: .same, name: "\(name)_depth")(y)
    y = ReLU(maxValue: 6, name: "\(name)_depth_relu")(y)
    y = Add(name: "\(name)_add")([trunk, Conv2D(16, kernelSize: 1, name: "\(name)_project")(y)])
    y = Conv2D(32, kernelSize: 1, name: "\(name)_last")(y)
    y = GlobalAveragePooling2D(name: "\(name)_pool")(ReLU(maxValue: 6, name: "\(name)_last_relu")(y))
    let base = Model(inputs: input, outputs: y, name: "\(name)_base")
    try base.assignFormulaWeights()
    base.isTrainable = false
    let top = Dense(3, activation: .softmax, name: "\(name)_top")
    let model = Model(inputs: input, outputs: top(y), name: name)
    try model.assignFormulaWeights()
    let x = FormulaTensor.make(name: "x", shape: [count, 12, 12, 3], role: .input)
    let rows = (0..<(3 * count)).map { Float($0 % 3 == $0 / 3 % 3 ? 1 : 0) }
    return Network(base: base, model: model, x: x, y: Tensor(shape: [count, 3], rows))
  }

  @Test func featuresAreNearlyTheSame() async throws {
    let network = try network("near")
    let expected = try await network.base.predict(network.x)
    #expect(network.base.precision == .float32)
    let quantization = try await network.base.quantize(calibratedOn: network.x)
    #expect(network.base.precision == .int8 && network.model.precision == .int8)
    let features = try await network.base.predict(network.x)
    // Steps of a 127th of values up to 6, in three layers.
    #expect(features.mismatch(expected, atol: 0.1) == nil)
    #expect(features != expected)
    #expect(quantization.similarity > 0.999 && quantization.leastSimilarity <= quantization.similarity)
    #expect(quantization.pictures == 21)
    let layers = ["near_stem", "near_depth", "near_project", "near_last"]
    #expect(quantization.layers.map(\.name) == layers)
    #expect(quantization.layers.allSatisfy { $0.relativeError > 0 && $0.relativeError < 0.03 })
    #expect(quantization.layers.map { $0.scale == nil } == [false, false, false, true])

    network.base.removeQuantization()
    #expect(try await network.base.predict(network.x) == expected)
  }

  @Test func theSameBitsAlwaysAndInAnyBatch() async throws {
    let network = try network("bits")
    let first = try await network.base.quantize(calibratedOn: network.x)
    let features = try await network.base.predict(network.x)
    // One at a time, as a single picture is predicted.
    for row in 0..<3 {
      #expect(try await network.base.predict(network.x.rows(row..<(row + 1))) == features.rows(row..<(row + 1)))
    }
    network.base.removeQuantization()
    let second = try await network.base.quantize(calibratedOn: network.x)
    #expect(first == second)
    #expect(try await network.base.predict(network.x) == features)
  }

  @Test func theHeadIsTrainedAndJudgedOnQuantizedFeatures() async throws {
    let network = try network("head")
    try await network.base.quantize(calibratedOn: network.x)
    let features = try await network.base.predict(network.x)
    // A head of the same first weights on these very features.
    let input = Input(shape: [32])
    let top = Dense(3, activation: .softmax, name: "head_top")
    let head = Model(inputs: input, outputs: top(input))
    try head.assignFormulaWeights()
    for model in [network.model, head] { try model.compile(optimizer: .adam(learningRate: 0.01)) }
    let whole = try await network.model.fit(network.x, network.y, epochs: 3, progress: .silent)
    let alone = try await head.fit(features, network.y, epochs: 3, progress: .silent)
    #expect(whole["loss"] == alone["loss"])
    let judged = try await network.model.evaluate(network.x, network.y)
    let expected = try await head.evaluate(features, network.y)
    #expect(judged.loss == expected.loss)
    #expect(network.model.precision == .int8)
  }

  @Test func whatIsTrainedIsComputedWithFloats() async throws {
    let network = try network("thaw")
    try await network.base.quantize(calibratedOn: network.x)
    let before = try #require(network.base.quantization)
    try network.base.unfreeze(from: "thaw_last", batchNorm: .frozen)
    try network.model.compile(optimizer: .sgd(learningRate: 0.01))
    #expect(network.base.quantization == before)
    let history = try await network.model.fit(network.x, network.y, epochs: 1, progress: .silent)
    let after = try #require(network.base.quantization)
    #expect(after.tag != before.tag)
    let graph = try network.model.runnableGraph()
    let quantized = graph.nodes.compactMap { if case .quantized = $0.operation { $0.name } else { nil } }
    // The sum is the border now and so of floats: what it adds is made floats again, with the scales of its channels.
    #expect(quantized == ["thaw_stem", "thaw_depth", "thaw_stem", "thaw_project"])
    // What is evaluated afterwards is what was trained: quantised below, floats above.
    let loss = try await network.model.evaluate(network.x, network.y).loss
    let again = try await network.model.fit(
      network.x, network.y, epochs: 1, validation: (network.x, network.y), progress: .silent)
    #expect(history.epochs.count == 1 && again.epochs.count == 1)
    #expect(try #require(again["loss"].first) <= loss * 1.001)
    let validated = try #require(again["val_loss"].first)
    #expect(abs(try await network.model.evaluate(network.x, network.y).loss - validated) <= 1e-5 * validated)
  }

  @Test func nothingFrozenCannotBeQuantized() async throws {
    let network = try network("open")
    network.base.unfreeze(batchNorm: .frozen)
    let error = await #expect(throws: GraftError.self) { try await network.base.quantize(calibratedOn: network.x) }
    #expect(error?.message.contains("nothing to quantise") == true)

    network.base.isTrainable = false
    try await network.base.quantize(calibratedOn: network.x)
    network.base.unfreeze(batchNorm: .frozen)
    try network.model.compile()
    let refusal = await #expect(throws: GraftError.self) {
      try await network.model.fit(network.x, network.y, progress: .silent)
    }
    #expect(refusal?.message.contains("removeQuantization()") == true)
    network.model.removeQuantization()
    try await network.model.fit(network.x, network.y, progress: .silent)
  }

  @Test func aCutOffBaseStaysQuantized() async throws {
    let network = try network("cut")
    try await network.base.quantize(calibratedOn: network.x)
    let cut = try network.base.cut(at: "cut_depth_relu")
    let names = try cut.runnableGraph().nodes.compactMap { if case .quantized = $0.operation { $0.name } else { nil } }
    #expect(names == ["cut_stem", "cut_depth"])
  }
}
