import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftZoo
import Testing

@testable import GraftTraining

/// One step of SGD on the last block of some networks of the zoo, as Keras makes it: squeeze-and-excite, hard functions, swish,
/// layer scales. `make fidelity` has all networks.
@Suite(.timeLimit(.minutes(60))) struct ZooStepTests {
  struct Case: Decodable {
    let constructor: String
    let side: Int
    let takesPixels: Bool
    let gain: Double
    let first: String?
    let classes: Int
    let learningRate: Double
    let labels: [Int]
  }

  @Test(arguments: ["ConvNeXtTiny", "EfficientNetB0", "MobileNetV3Small"])
  func stepsAreKerass(_ name: String) async throws {
    let golden = try GoldenFile("zoo/\(name)")
    let example = try golden.parameters(Case.self)
    let base = try await LayerNames.startingOver {
      try await BaseNetwork.network(
        named: example.constructor, weights: nil, includeTop: false, inputShape: [example.side, example.side, 3],
        pooling: .average)
    }
    let head = Dense(example.classes, activation: .softmax, name: "fidelity_head")
    let model = Model(inputs: base.input, outputs: head(base.output))
    try base.assignFormulaWeights(gain: example.gain)
    try head.assignFormulaWeights()
    try base.unfreeze(from: #require(example.first), batchNorm: .frozen)
    for layer in base.allLayers where layer is Dropout { layer.isTrainable = false }
    try model.compile(
      optimizer: .sgd(learningRate: LearningRate(example.learningRate)), loss: .sparseCategoricalCrossentropy)
    let before = Dictionary(
      uniqueKeysWithValues: model.ownedVariables.map { ("\($0.layer.name)/\($0.variable.name)", $0.variable.value) })
    try await model.fit(
      FormulaTensor.pictures(
        count: example.labels.count, height: example.side, width: example.side, takesPixels: example.takesPixels),
      Tensor(example.labels.map(Float.init)), batchSize: example.labels.count, shuffle: false, progress: .silent)
    let names = golden.names.filter { $0.hasPrefix("step/") }
    let trained = model.ownedVariables.filter { $0.layer.isTrainable && $0.variable.followsGradient }
    #expect(trained.map { "step/\($0.layer.name)/\($0.variable.name)" }.sorted() == names)
    var moved = 0
    for (layer, variable) in trained {
      let key = "\(layer.name)/\(variable.name)"
      // The first elements are stored.
      let expected = try golden.tensor("step/\(key)")
      let received = Tensor(Array(variable.value.elements.prefix(expected.count)))
      let first = try #require(before[key])
      // A thousandth of the longest move, and the rounding of the weight itself.
      let move = zip(expected.elements, first.elements).map { abs($0 - $1) }.max() ?? 0
      let unit = (expected.elements.map(abs).max() ?? 0).ulp
      moved += move > 0 ? 1 : 0
      #expect(received.mismatch(expected, atol: 1e-3 * move + unit) == nil, "\(key)")
    }
    // A hard function may cut off a whole branch of a random network, but not many.
    #expect(4 * moved >= 3 * trained.count)
  }
}
