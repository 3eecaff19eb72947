import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftTraining
import Testing

/// Which cross-entropy a compiled model gets: from logits if it ends in a softmax, from probabilities if anything follows.
@Suite struct CompiledLossGoldenTests {
  static let ends = ["dense_softmax", "activation_softmax", "softmax_then_rescaling"]

  /// An identity that can be trained, so that `fit` has something to do, then the end.
  private func model(_ end: String) throws -> Model {
    let input = Input(shape: [4])
    let dense = Dense(4, activation: end == "dense_softmax" ? .softmax : .linear, useBias: false)
    var x = dense(input)
    if end != "dense_softmax" { x = ActivationLayer(.softmax)(x) }
    if end == "softmax_then_rescaling" { x = Rescaling(scale: 1)(x) }
    try dense.variables[0].assign(Tensor((0..<4).map { row in (0..<4).map { row == $0 ? 1 : 0 } }))
    return Model(inputs: input, outputs: x)
  }

  @Test(arguments: ends) func fitAndEvaluate(_ end: String) async throws {
    let golden = try GoldenFile("losses/compiled_model")
    let (x, y) = (try golden.tensor("input"), try golden.tensor("targets"))
    let model = try model(end)
    try model.compile(optimizer: .sgd(learningRate: 0), loss: .categoricalCrossentropy)
    let evaluated = try await model.evaluate(x, y).loss
    #expect(Tensor([Float(evaluated)]).mismatch(try golden.tensor("evaluate/\(end)"), rtol: 1e-6) == nil)
    let trained = try await model.fit(x, y, progress: .silent)["loss"]
    #expect(Tensor(trained.map { Float($0) }).mismatch(try golden.tensor("train_on_batch/\(end)"), rtol: 1e-6) == nil)
  }

  @Test(arguments: [
    "categorical_crossentropy_softmax", "categorical_crossentropy_soft_targets_softmax",
    "sparse_categorical_crossentropy_softmax",
  ]) func meanLossOfAModel(_ name: String) async throws {
    let golden = try GoldenFile("losses/\(name)")
    let model = try model("activation_softmax")
    try model.compile(
      loss: name.contains("sparse") ? .sparseCategoricalCrossentropy : .categoricalCrossentropy, metrics: [])
    let evaluation = try await model.evaluate(golden.tensor("input"), golden.tensor("targets"))
    #expect(Tensor([Float(evaluation.loss)]).mismatch(try golden.tensor("mean"), rtol: 1e-6) == nil)
    #expect(evaluation.values.keys.sorted() == ["loss"])
  }
}
