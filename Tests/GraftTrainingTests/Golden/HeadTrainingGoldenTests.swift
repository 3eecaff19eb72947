import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Thirty steps from the same weights on the same batches: Keras's losses, accuracies and final weights.
///
/// The promise is 10⁻⁴. Keras in float32 is up to 7·10⁻⁷ from Keras in float64 (`float64_deviation`); weights may differ
/// by three times that, losses by ten times, relative. Accuracies must be the same counts.
@Suite struct HeadTrainingGoldenTests {
  static let cases = [
    "post_adam", "post_adam_sparse", "post_sgd", "post_sgd_momentum", "post_sgd_nesterov", "batch_norm_adam",
  ]

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "head_training") == Self.cases.map { "head_training/\($0)" }.sorted())
  }

  @Test(arguments: cases) func thirtySteps(_ name: String) throws {
    let golden = try GoldenFile("head_training/\(name)")
    let parameters = try golden.parameters(HeadCase.self)
    let batches = try #require(parameters.batches)
    let set = PreparedSet(
      .table([parameters.features.tensor]), targets: try parameters.targets(parameters.labels))
    let trainer = try trainer(parameters, set)

    var losses: [Float] = []
    var accuracies: [Float] = []
    for rows in batches {
      var metrics = MetricAccumulator([.accuracy], loss: trainer.configuration.loss)
      #expect(try trainer.step(rows[...]) { _ in 0 })
      for (place, row) in rows.enumerated() {
        set.targets.rows(row..<(row + 1)).withUnsafeBufferPointer { target in
          metrics.add(
            loss: trainer.results.loss(place), prediction: trainer.results.prediction(place), target: target)
        }
      }
      losses.append(Float(try #require(metrics.means["loss"])))
      accuracies.append(Float(try #require(metrics.means["accuracy"])))
    }
    #expect(Tensor(losses).mismatch(try golden.tensor("loss"), rtol: 5e-6) == nil)
    #expect(Tensor(accuracies).mismatch(try golden.tensor("accuracy"), atol: 1e-7) == nil)

    let weights = trainer.store.snapshot()
    let finals = golden.names.filter { $0.hasPrefix("final/") }
    #expect(Set(finals.map { String($0.dropFirst("final/".count)) }) == Set(weights.keys))
    for name in finals {
      let received = try #require(weights[String(name.dropFirst("final/".count))])
      #expect(received.mismatch(try golden.tensor(name), atol: 2e-6) == nil, "\(name)")
    }
  }

  private func trainer(_ parameters: HeadCase, _ set: PreparedSet) throws -> Trainer {
    let loss = parameters.lossFunction
    let region = try TrainableRegion(
      Regions(parameters.model().graph()).trainable, loss: loss,
      targetShape: Targets.sampleShape(classes: parameters.classes, loss: loss))
    return Trainer(
      region,
      configuration: Compilation(optimizer: try parameters.makeOptimizer(), loss: loss, metrics: [.accuracy]),
      classes: parameters.classes, set: set)
  }
}
