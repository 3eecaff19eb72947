import GraftCore
import GraftLayers
import GraftTestSupport
import GraftTraining
import Testing

/// Three epochs of `fit` without shuffling, then `evaluate` and `predict`: Keras's numbers.
///
/// Tolerances as in `HeadTrainingGoldenTests`. An epoch's values are means over 200 (or 154) samples, the last batch being
/// a partial one.
@Suite struct FitGoldenTests {
  static let cases = ["batch_norm_validation_data", "post_validation_data", "post_validation_split"]

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "fit") == Self.cases.map { "fit/\($0)" })
  }

  @Test(arguments: cases) func fit(_ name: String) async throws {
    let golden = try GoldenFile("fit/\(name)")
    let parameters = try golden.parameters(HeadCase.self)
    let validation = (
      x: try #require(parameters.validationFeatures).tensor,
      y: try parameters.targets(try #require(parameters.validationLabels))
    )
    let k = try #require(parameters.topK)
    let model = try parameters.model()
    try model.compile(
      optimizer: try parameters.makeOptimizer(), loss: parameters.lossFunction, metrics: [.accuracy, .topKAccuracy(k)])
    let history = try await model.fit(
      parameters.features.tensor, try parameters.targets(parameters.labels), epochs: try #require(parameters.epochs),
      batchSize: try #require(parameters.batchSize), validation: parameters.validation == "data" ? validation : nil,
      validationSplit: parameters.validationSplit, shuffle: false, progress: .silent)

    let evaluation = try await model.evaluate(validation.x, validation.y)
    for (key, kerasKey) in [("loss", "loss"), ("accuracy", "accuracy"), ("top_\(k)_accuracy", "top_k")] {
      let tolerance: (atol: Float, rtol: Float) = key == "loss" ? (0, 5e-6) : (1e-7, 0)
      for prefix in ["", "val_"] {
        let received = Tensor(history[prefix + key].map { Float($0) })
        let expected = try golden.tensor("history/\(prefix)\(kerasKey)")
        #expect(
          received.mismatch(expected, atol: tolerance.atol, rtol: tolerance.rtol) == nil, "history, \(prefix)\(key)")
      }
      let received = Tensor([Float(try #require(evaluation[key]))])
      let expected = try golden.tensor("evaluate/\(kerasKey)")
      #expect(received.mismatch(expected, atol: tolerance.atol, rtol: tolerance.rtol) == nil, "evaluate, \(key)")
    }
    #expect(evaluation.count == 45)
    #expect(try await model.predict(validation.x).mismatch(golden.tensor("predict"), atol: 2e-6) == nil)

    let isSplit = parameters.validationSplit != nil
    #expect(history.trainCount == (isSplit ? 154 : 200))
    #expect(history.validationCount == (isSplit ? 46 : 45))
    #expect(history.epochs.map(\.epoch) == [1, 2, 3])
    #expect(history["no such value"].isEmpty)
  }
}
