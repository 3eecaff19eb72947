import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Three epochs with class weights or sample weights: Keras's losses, accuracies and final weights.
///
/// An epoch's loss is Σ weight · loss / samples, its accuracy does not know of weights. Tolerances as in
/// `HeadTrainingGoldenTests`.
@Suite struct WeightedFitGoldenTests {
  static let cases = ["class_weight", "class_weight_balanced", "sample_weight"]

  struct Weights: Decodable {
    let classWeight: [[Double]]?
    let balanced: Bool
  }

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "weighted_fit") == Self.cases.map { "weighted_fit/\($0)" })
  }

  @Test(arguments: cases) func threeEpochs(_ name: String) async throws {
    let golden = try GoldenFile("weighted_fit/\(name)")
    let parameters = try golden.parameters(HeadCase.self)
    let weights = try golden.parameters(Weights.self)
    let loss = parameters.lossFunction
    let features = parameters.features.tensor
    var classWeight: ClassWeights? = weights.balanced ? .balanced : nil
    if let pairs = weights.classWeight {
      classWeight = .byIndex(Dictionary(uniqueKeysWithValues: pairs.map { (Int($0[0]), $0[1]) }))
    }
    let sampleWeight = golden.names.contains("sample_weight") ? try golden.tensor("sample_weight") : nil
    let targets = try Targets(classIndices: parameters.labels, classes: parameters.classes, loss: loss).tensor
    let model = try parameters.model()
    try model.compile(optimizer: try parameters.makeOptimizer(), loss: loss, metrics: [.accuracy])
    let trained = try await model.fit(
      features, targets, epochs: try #require(parameters.epochs), batchSize: try #require(parameters.batchSize),
      shuffle: false, classWeight: classWeight, sampleWeight: sampleWeight, progress: .silent)
    let history = ["loss", "accuracy"].reduce(into: [:]) { $0[$1] = trained[$1].map { Float($0) } }
    #expect(Tensor(history["loss"] ?? []).mismatch(try golden.tensor("history/loss"), rtol: 5e-6) == nil)
    #expect(Tensor(history["accuracy"] ?? []).mismatch(try golden.tensor("history/accuracy"), atol: 1e-7) == nil)
    for (name, variable) in try model.namedVariables() {
      #expect(variable.value.mismatch(try golden.tensor("final/\(name)"), atol: 2e-6) == nil)
    }
    guard golden.names.contains("evaluate/loss") else { return }
    let samples = try model.labelled(features, targets)
      .weighted(classWeight, sampleWeight, loss: loss, outputs: parameters.classes)
    let set = PreparedSet(.table([features]), targets: targets, weights: samples.weights)
    let region = try TrainableRegion(
      Regions(model.graph()).trainable, loss: loss,
      targetShape: Targets.sampleShape(classes: parameters.classes, loss: loss))
    let trainer = Trainer(
      region, configuration: try model.compiled, classes: parameters.classes, set: set)
    let evaluated = Float(try trainer.evaluate(set, batchSize: 32).loss)
    #expect(Tensor([evaluated]).mismatch(try golden.tensor("evaluate/loss"), rtol: 5e-6) == nil)
  }
}
