import GraftCore
import GraftGraph
import GraftTestSupport
import Testing

/// Cross-entropies against Keras: values per sample, gradients of their mean and of a weighted sum.
@Suite struct LossGoldenTests {
  private func loss(_ name: String) -> LossFunction {
    LossFunction(name.contains("sparse") ? .sparseCategoricalCrossentropy : .categoricalCrossentropy)
  }

  static let onProbabilities = [
    "categorical_crossentropy_probabilities", "categorical_crossentropy_soft_targets_probabilities",
    "sparse_categorical_crossentropy_probabilities",
  ]

  @Test(arguments: onProbabilities) func onPlainProbabilities(_ name: String) throws {
    let golden = try GoldenFile("losses/\(name)")
    let probe = try LossProbe(loss(name), of: golden.tensor("input"), targets: golden.tensor("targets"))
    #expect(probe.losses.mismatch(try golden.tensor("loss"), atol: 2e-6, rtol: 2e-6) == nil)
    #expect(probe.gradient.mismatch(try golden.tensor("mean_gradient"), atol: 2e-6, rtol: 2e-6) == nil)
    let weighted = try LossProbe(
      loss(name), of: golden.tensor("input"), targets: golden.tensor("targets"), weights: golden.tensor("upstream"))
    #expect(weighted.losses == probe.losses)
    #expect(weighted.gradient.mismatch(try golden.tensor("gradient"), atol: 2e-6, rtol: 2e-6) == nil)
  }

  static let behindSoftmax = [
    "categorical_crossentropy_softmax", "categorical_crossentropy_soft_targets_softmax",
    "sparse_categorical_crossentropy_softmax",
  ]

  @Test(arguments: behindSoftmax) func behindASoftmax(_ name: String) throws {
    let golden = try GoldenFile("losses/\(name)")
    let input = try golden.tensor("input")
    let targets = try golden.tensor("targets")
    let losses = try golden.tensor("loss")
    let gradient = try golden.tensor("mean_gradient")
    let probe = try LossProbe(loss(name), of: input, through: [.activation(.softmax)], targets: targets)
    #expect(probe.losses.mismatch(losses, atol: 2e-6, rtol: 2e-6) == nil)
    #expect(probe.gradient.mismatch(gradient, atol: 2e-6, rtol: 2e-6) == nil)
    // The same numbers come from a model that ends in logits.
    var fromLogits = loss(name)
    fromLogits.fromLogits = true
    let logits = try LossProbe(fromLogits, of: input, targets: targets)
    #expect(logits.losses.mismatch(losses, atol: 2e-6, rtol: 2e-6) == nil)
    #expect(logits.gradient.mismatch(gradient, atol: 2e-6, rtol: 2e-6) == nil)
    let weights = try golden.tensor("upstream")
    for weighted in [
      try LossProbe(loss(name), of: input, through: [.activation(.softmax)], targets: targets, weights: weights),
      try LossProbe(fromLogits, of: input, targets: targets, weights: weights),
    ] {
      #expect(weighted.losses.mismatch(losses, atol: 2e-6, rtol: 2e-6) == nil)
      #expect(weighted.gradient.mismatch(try golden.tensor("gradient"), atol: 2e-6, rtol: 2e-6) == nil)
    }
  }

  struct Case: Decodable {
    struct Arguments: Decodable {
      let labelSmoothing: Double?
      let alpha: Double?
      let gamma: Double?
      let applyClassBalancing: Bool?
    }

    let loss: String
    let arguments: Arguments
    let input: String

    func makeLoss() throws -> LossFunction {
      let kinds: [String: LossFunction.Kind] = [
        "CategoricalCrossentropy": .categoricalCrossentropy, "BinaryCrossentropy": .binaryCrossentropy,
        "CategoricalFocalCrossentropy": .categoricalFocalCrossentropy,
        "BinaryFocalCrossentropy": .binaryFocalCrossentropy, "MeanSquaredError": .meanSquaredError,
      ]
      return LossFunction(
        try #require(kinds[loss]), fromLogits: input == "logits", labelSmoothing: arguments.labelSmoothing ?? 0,
        alpha: arguments.alpha ?? 0.25, gamma: arguments.gamma ?? 2,
        balancesClasses: arguments.applyClassBalancing ?? false)
    }

    var operations: [GraftGraph.Operation] {
      ["softmax": [.activation(.softmax)], "sigmoid": [.activation(.sigmoid)]][input] ?? []
    }
  }

  static let others =
    ["categorical_crossentropy_smoothed", "categorical_focal_crossentropy", "categorical_focal_crossentropy_smoothed"]
    .flatMap { name in ["probabilities", "logits", "softmax"].map { "\(name)_\($0)" } }
    + [
      "binary_crossentropy", "binary_crossentropy_smoothed", "binary_focal_crossentropy",
      "binary_focal_crossentropy_balanced",
    ]
    .flatMap { name in ["probabilities", "logits", "sigmoid"].map { "\(name)_\($0)" } } + ["mean_squared_error"]

  @Test func everyCaseIsListed() throws {
    let all = Self.onProbabilities + Self.behindSoftmax + Self.others + ["compiled_model"]
    #expect(try GoldenFile.cases(in: "losses") == all.map { "losses/\($0)" }.sorted())
  }

  @Test(arguments: others) func kindsAndOptions(_ name: String) throws {
    let golden = try GoldenFile("losses/\(name)")
    let parameters = try golden.parameters(Case.self)
    let (input, targets) = (try golden.tensor("input"), try golden.tensor("targets"))
    for (weights, gradient) in [(nil, "mean_gradient"), (try golden.tensor("upstream"), "gradient")] {
      let probe = try LossProbe(
        parameters.makeLoss(), of: input, through: parameters.operations, targets: targets, weights: weights)
      // Losses are up to 200, gradients up to 10⁷ where probabilities are near 0: relative to them.
      #expect(probe.losses.mismatch(try golden.tensor("loss"), atol: 2e-6, rtol: 2e-6) == nil)
      #expect(probe.gradient.mismatch(try golden.tensor(gradient), atol: 2e-6, rtol: 2e-6) == nil)
    }
  }

  @Test func compiledModelsTakeTheSoftmaxBackOnlyAtTheEnd() throws {
    let golden = try GoldenFile("losses/compiled_model")
    let input = try golden.tensor("input")
    let targets = try golden.tensor("targets")
    func mean(_ operations: [GraftGraph.Operation]) throws -> Tensor {
      let losses = try LossProbe(
        LossFunction(.categoricalCrossentropy), of: input, through: operations, targets: targets
      )
      .losses
      return Tensor([losses.elements.reduce(0, +) / Float(losses.count)])
    }
    let behind = try mean([.activation(.softmax)])
    for end in ["dense_softmax", "activation_softmax", "softmax_layer"] {
      #expect(behind.mismatch(try golden.tensor("train_on_batch/\(end)"), rtol: 1e-6) == nil, "\(end)")
    }
    let before = try mean([.activation(.softmax), .rescaling(scale: 1, offset: 0)])
    #expect(before.mismatch(try golden.tensor("train_on_batch/softmax_then_rescaling"), rtol: 1e-6) == nil)
  }

  @Test func classThatDoesNotExistIsNotANumber() throws {
    let probe = try LossProbe(
      LossFunction(.sparseCategoricalCrossentropy), of: Tensor([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]]),
      targets: Tensor([0, 2, -1]))
    #expect(probe.losses.elements.map(\.isNaN) == [false, true, true])
  }

  static let shapes: [(LossFunction.Kind, Tensor, Shape, String)] = [
    (
      .categoricalCrossentropy, Tensor(zeros: [2, 3]), [4],
      "categoricalCrossentropy needs targets of shape (3,) for predictions of shape (3,). Received: (4,)."
    ),
    (
      .sparseCategoricalCrossentropy, Tensor(zeros: [2, 3]), [3],
      "sparseCategoricalCrossentropy needs targets of shape () for predictions of shape (3,). Received: (3,)."
    ),
  ]

  @Test func targetsMustFitPredictions() throws {
    for (kind, rows, target, reason) in Self.shapes {
      #expect(throws: GraftError(.shapeMismatch, reason)) {
        try LossProbe(LossFunction(kind), of: rows, targets: Tensor(zeros: target.prepending(2)))
      }
    }
    #expect(
      throws: GraftError(
        .shapeMismatch,
        "categoricalCrossentropy needs predictions of shape (outputs). Received: (2, 3) from layer \"end\".")
    ) {
      try LossProbe(
        LossFunction(.categoricalCrossentropy), of: Tensor(zeros: [2, 6]), through: [.reshape([2, 3])],
        targets: Tensor(zeros: [2, 2, 3]))
    }
  }
}
