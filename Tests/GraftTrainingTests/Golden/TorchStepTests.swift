import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftZoo
import Testing

@testable import GraftTraining

/// One step of SGD on the last stage of networks of torchvision, as torch makes it. `make fidelity` has all networks.
@Suite(.timeLimit(.minutes(60))) struct TorchStepTests {
  struct Case: Decodable {
    let side: Int
    let gain: Double
    let weights: [TorchFormula]
    let first: String?
    let classes: Int
    let learningRate: Double
    let labels: [Int]
  }

  @Test(arguments: ["mobilenet_v2", "resnet18"]) func stepsAreTorchs(_ name: String) async throws {
    let golden = try GoldenFile("torch_zoo/torchvision_\(name)")
    let example = try golden.parameters(Case.self)
    let path = NSTemporaryDirectory() + "graft-torch-step-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try SafetensorsWriter.write(tensors: example.weights.map { ($0.name, $0.tensor(gain: example.gain)) }, to: path)
    let base = try await BaseNetwork(path, imageSize: example.side).model
    let head = Dense(example.classes, activation: .softmax, name: "fidelity_head")
    let model = Model(inputs: base.input, outputs: head(base.output))
    try head.assignFormulaWeights()
    try base.unfreeze(from: #require(example.first), batchNorm: .frozen)
    for layer in base.allLayers where layer is Dropout { layer.isTrainable = false }
    try model.compile(
      optimizer: .sgd(learningRate: LearningRate(example.learningRate)), loss: .sparseCategoricalCrossentropy)
    let trained = model.ownedVariables.filter { $0.layer.isTrainable && $0.variable.followsGradient }
    func key(_ owned: (layer: Layer, variable: Variable)) -> String {
      "step/\(owned.layer.name).\(owned.variable.name == "kernel" ? "weight" : "bias")"
    }
    let before = Dictionary(uniqueKeysWithValues: trained.map { (key($0), $0.variable.value) })
    try await model.fit(
      FormulaTensor.pictures(
        count: example.labels.count, height: example.side, width: example.side, takesPixels: false),
      Tensor(example.labels.map(Float.init)), batchSize: example.labels.count, shuffle: false, progress: .silent)
    #expect(before.keys.sorted() == golden.names.filter { $0.hasPrefix("step/") })
    for owned in trained {
      // The first elements are stored, in Keras's layout.
      let expected = try golden.tensor(key(owned))
      let received = Tensor(Array(owned.variable.value.elements.prefix(expected.count)))
      let first = try #require(before[key(owned)])
      // A thousandth of the longest move, and the rounding of the weight itself.
      let move = zip(expected.elements, first.elements).map { abs($0 - $1) }.max() ?? 0
      let unit = (expected.elements.map(abs).max() ?? 0).ulp
      #expect(move > 0)
      #expect(received.mismatch(expected, atol: 1e-3 * move + unit) == nil, "\(key(owned))")
    }
  }
}
