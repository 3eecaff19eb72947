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

  @Test(arguments: cases) func threeEpochs(_ name: String) throws {
    let golden = try GoldenFile("weighted_fit/\(name)")
    let parameters = try golden.parameters(HeadCase.self)
    let weights = try golden.parameters(Weights.self)
    let loss = parameters.lossFunction
    let features = parameters.features.tensor
    var classWeight: ClassWeights? = weights.balanced ? .balanced : nil
    if let pairs = weights.classWeight {
      classWeight = .byIndex(Dictionary(uniqueKeysWithValues: pairs.map { (Int($0[0]), $0[1]) }))
    }
    let samples = try LabelledSamples(
      source: TensorSource(features),
      targets: Targets(classIndices: parameters.labels, classes: parameters.classes, loss: loss), classNames: nil,
      classIndices: nil
    )
    .weighted(
      classWeight, golden.names.contains("sample_weight") ? golden.tensor("sample_weight") : nil, loss: loss,
      outputs: parameters.classes)
    let set = PreparedSet(features: [features], targets: samples.targets.tensor, weights: samples.weights)
    let region = try TrainableRegion(
      Regions(parameters.model().graph()).trainable, loss: loss,
      targetShape: Targets.sampleShape(classes: parameters.classes, loss: loss))
    let trainer = Trainer(
      region, configuration: Compilation(optimizer: try parameters.makeOptimizer(), loss: loss, metrics: [.accuracy]),
      classes: parameters.classes)

    let batchSize = try #require(parameters.batchSize)
    let rows = Array(0..<set.count)
    var history: [String: [Float]] = [:]
    for _ in 0..<(try #require(parameters.epochs)) {
      var metrics = MetricAccumulator([.accuracy], loss: loss)
      for start in stride(from: 0, to: rows.count, by: batchSize) {
        #expect(try trainer.step(set, rows: rows[start..<min(start + batchSize, rows.count)], into: &metrics))
      }
      for (key, value) in metrics.means { history[key, default: []].append(Float(value)) }
    }
    #expect(Tensor(history["loss"] ?? []).mismatch(try golden.tensor("history/loss"), rtol: 5e-6) == nil)
    #expect(Tensor(history["accuracy"] ?? []).mismatch(try golden.tensor("history/accuracy"), atol: 1e-7) == nil)
    let finals = trainer.store.snapshot()
    for (name, value) in finals { #expect(value.mismatch(try golden.tensor("final/\(name)"), atol: 2e-6) == nil) }
    if golden.names.contains("evaluate/loss") {
      let evaluated = try trainer.evaluate(set, batchSize: batchSize)["loss"].map { Float($0) }
      #expect(Tensor([try #require(evaluated)]).mismatch(try golden.tensor("evaluate/loss"), rtol: 5e-6) == nil)
    }
  }
}
