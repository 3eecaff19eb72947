import GraftCore
import GraftGraph
import GraftTestSupport
import Testing

/// Losses on the engine against the reference that finite differences check, with weights per sample.
@Suite struct LossEngineTests {
  private func compare(
    _ loss: LossFunction, of rows: Tensor, through operations: [GraftGraph.Operation] = [],
    as reference: LossFunction, logits: Tensor
  ) throws {
    let targets = LossCases.targets(loss)
    let weights = Tensor([0.5, -2, 0.125])
    let probe = try LossProbe(loss, of: rows, through: operations, targets: targets, weights: weights)
    let expected = LossReference(reference, targets: ReferenceArray(targets))
    let operand = [ReferenceArray(logits)]
    #expect(probe.losses.mismatch(expected.result(operand).tensor, atol: 1e-6, rtol: 1e-6) == nil)
    let gradient = expected.gradients(operand, upstream: ReferenceArray(weights))[0].tensor
    #expect(probe.gradient.mismatch(gradient, atol: 1e-6, rtol: 1e-6) == nil)
  }

  @Test(arguments: LossCases.all) func asGiven(_ loss: LossFunction) throws {
    let logits = FormulaTensor.make(name: "rows", shape: [3, 4], role: .input)
    let rows = loss.fromLogits ? logits : Tensor(shape: [3, 4], logits.elements.map { ($0 + 1.2) / 4 })
    try compare(loss, of: rows, as: loss, logits: rows)
  }

  /// A model's last activation goes together with the loss: the numbers are those of its logits.
  @Test(arguments: LossCases.all.filter { !$0.fromLogits && $0.kind != .meanSquaredError })
  func behindTheActivation(_ loss: LossFunction) throws {
    let logits = Tensor(
      shape: [3, 4], FormulaTensor.make(name: "rows", shape: [3, 4], role: .input).elements.map { $0 * 20 })
    var fromLogits = loss
    fromLogits.fromLogits = true
    try compare(
      loss, of: logits, through: [.activation(loss.isBinary ? .sigmoid : .softmax)], as: fromLogits, logits: logits)
  }

  @Test func rowsThatDoNotCountHaveNoGradient() throws {
    // A row without any probability has no finite loss.
    let probe = try LossProbe(
      .categoricalCrossentropy, of: Tensor([[0.5, 0.5], [0, 0], [0, 0]]), targets: Tensor([[1, 0], [1, 0], [0, 0]]),
      weights: Tensor([1, 0, 0]))
    #expect(probe.losses.elements[1].isNaN)
    #expect(probe.gradient.elements == [-1, 1, 0, 0, 0, 0])
  }

  static let impossible: [(LossFunction, String)] = [
    (.categoricalCrossentropy(labelSmoothing: 1.5), "labelSmoothing must lie in [0, 1]. Received: 1.5."),
    (
      LossFunction(.sparseCategoricalCrossentropy, labelSmoothing: 0.1),
      "sparseCategoricalCrossentropy has no labelSmoothing. Received: 0.1."
    ),
    (
      LossFunction(.meanSquaredError, fromLogits: true),
      "meanSquaredError takes predictions as they are. Received: fromLogits."
    ),
    (.binaryFocalCrossentropy(gamma: -1), "gamma must be a finite number, at least 0. Received: -1.0."),
    (.categoricalFocalCrossentropy(alpha: .nan), "alpha must be a finite number, at least 0. Received: nan."),
  ]

  @Test func impossibleNumbersAreRefused() {
    for (loss, reason) in Self.impossible {
      #expect(throws: GraftError(.invalidArgument, reason)) {
        try LossProbe(loss, of: Tensor([[1, 2]]), targets: Tensor([[1, 0]]))
      }
    }
  }
}
