import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftTraining

/// Targets in the form that each loss takes.
@Suite struct TargetFormTests {
  @Test func rowsOfLabelsAndNumbers() throws {
    let labels = Tensor([[0, 1, 1], [0, 0, 0]])
    for loss in [LossFunction.binaryCrossentropy, .binaryFocalCrossentropy(), .meanSquaredError] {
      #expect(try Targets(labels, count: 2, classes: 3, loss: loss).tensor == labels)
      // One output may have a plain list of numbers.
      #expect(try Targets(Tensor([0, 1]), count: 2, classes: 1, loss: loss).tensor == Tensor([[0], [1]]))
      #expect(Targets.sampleShape(classes: 3, loss: loss) == [3])
      #expect(try Targets(classIndices: [2, 0], classes: 3, loss: loss).tensor == Tensor([[0, 0, 1], [1, 0, 0]]))
    }
    #expect(try Targets(Tensor([[-3.5]]), count: 1, classes: 1, loss: .meanSquaredError).tensor == Tensor([[-3.5]]))
  }

  static let wrong: [(LossFunction, Tensor, GraftError)] = [
    (
      .binaryCrossentropy, Tensor([[0, 2]]),
      GraftError(.invalidArgument, "Targets of binaryCrossentropy must lie in [0, 1]. Received: 2.0.")
    ),
    (
      .binaryCrossentropy, Tensor([1]),
      GraftError(
        .shapeMismatch,
        "binaryCrossentropy needs targets of shape (1, 2), one row per sample. Received: (1,).")
    ),
    (
      .meanSquaredError, Tensor([[0, .infinity]]),
      GraftError(.invalidArgument, "Targets must be finite numbers. Received: inf.")
    ),
    (
      .categoricalFocalCrossentropy(), Tensor([0]),
      GraftError(
        .shapeMismatch,
        "categoricalFocalCrossentropy needs targets of shape (1, 2), one row per sample. Received: (1,).")
    ),
  ]

  @Test func wrongTargetsAreRefused() {
    for (loss, tensor, error) in Self.wrong {
      #expect(throws: error) { try Targets(tensor, count: 1, classes: 2, loss: loss) }
    }
  }

  /// Rows of labels through fit and evaluate: a loss that falls, and the metrics of labels.
  @Test(arguments: [
    LossFunction.binaryCrossentropy(fromLogits: true), .binaryFocalCrossentropy(fromLogits: true), .meanSquaredError,
  ]) func fitting(_ loss: LossFunction) async throws {
    let (x, y) = Heads.data(60)
    let input = Input(shape: [Heads.features])
    let model = Model(inputs: input, outputs: Dense(Heads.classes, name: "answers")(input))
    try model.assignFormulaWeights()
    try model.compile(optimizer: .adam(learningRate: 0.05), loss: loss)
    let losses = try await model.fit(x, y, epochs: 12, batchSize: 16, progress: .silent)["loss"]
    #expect(losses.count == 12)
    #expect(try #require(losses.last) < 0.5 * losses[0])
    let evaluation = try await model.evaluate(x, y)
    #expect(evaluation.loss < losses[0])
  }
}
