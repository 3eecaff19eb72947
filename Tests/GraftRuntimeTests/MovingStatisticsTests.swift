import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Moving statistics over several steps, and what reads them.
@Suite struct MovingStatisticsTests {
  @Test func severalStepsFollowTheFormula() throws {
    let input = Input(shape: [3])
    let normal = BatchNormalization(momentum: 0.8, name: "bn")
    let model = Model(inputs: input, outputs: Dense(2, activation: .softmax, name: "dense")(normal(input)))
    try model.assignFormulaWeights()
    let graph = try model.graph()
    let step = try graph.differentiated(loss: LossFunction(.sparseCategoricalCrossentropy), targetShape: [])
    let store = ParameterStore(step)
    let training = try ExecutionContext(
      ExecutionPlan(step, batchSize: 8, mode: .training, parameters: store.layout), store: store)

    var mean = normal.variables[2].value.elements.map(Double.init)
    var variance = normal.variables[3].value.elements.map(Double.init)
    for number in 0..<5 {
      let x = FormulaTensor.make(name: "step \(number)", shape: [8, 3], role: .input)
      training.fill(0, with: x)
      training.fill(1, with: Tensor([0, 1, 0, 1, 1, 0, 1, 0]))
      training.fill(2, with: Tensor([Float](repeating: 1 / 8, count: 8)))
      try training.run()
      let batch = NormalizationReference.statistics(ReferenceArray(x))
      mean = zip(mean, batch.mean).map { 0.8 * $0 + 0.2 * $1 }
      variance = zip(variance, batch.variance).map { 0.8 * $0 + 0.2 * $1 }
    }
    let snapshot = store.snapshot()
    #expect(snapshot["bn/moving_mean"]?.mismatch(Tensor(mean.map { Float($0) }), atol: 1e-6, rtol: 1e-6) == nil)
    #expect(snapshot["bn/moving_variance"]?.mismatch(Tensor(variance.map { Float($0) }), atol: 1e-6, rtol: 1e-6) == nil)

    // Validation reads the store's present values, and leaves them alone.
    let x = FormulaTensor.make(name: "validation", shape: [4, 3], role: .input)
    let validation = try ExecutionContext(
      ExecutionPlan(graph, batchSize: 4, mode: .inference, parameters: store.layout), store: store)
    let received = try validation.results(for: [x])[0]
    for variable in normal.variables {
      try variable.assign(#require(snapshot["bn/\(variable.name)"]))
    }
    #expect(received.mismatch(try model.results(for: x), atol: 1e-6, rtol: 1e-6) == nil)
    #expect(store.snapshot() == snapshot)
  }

  /// 1 − 0.999 is 0.001, not the 0.00099998713 of float32: a hundred thousandth of every move, and always to one side.
  @Test func whatMovesIsOneLessTheMomentumAsWritten() throws {
    let input = Input(shape: [2])
    let normal = BatchNormalization(momentum: 0.999, name: "bn")
    let model = Model(inputs: input, outputs: Dense(2, activation: .softmax, name: "dense")(normal(input)))
    let step = try model.graph().differentiated(loss: LossFunction(.sparseCategoricalCrossentropy), targetShape: [])
    let store = ParameterStore(step)
    let training = try ExecutionContext(
      ExecutionPlan(step, batchSize: 2, mode: .training, parameters: store.layout), store: store)
    // Means 1000 and −2000, variances 10⁶ and 4·10⁶; the moving ones begin at 0 and 1.
    training.fill(0, with: Tensor([[2000, 0], [0, -4000]]))
    training.fill(1, with: Tensor([0, 1]))
    training.fill(2, with: Tensor([0.5, 0.5]))
    try training.run()
    let state = store.snapshot()
    #expect(state["bn/moving_mean"]?.mismatch(Tensor([1, -2]), rtol: 2e-7) == nil)
    #expect(state["bn/moving_variance"]?.mismatch(Tensor([1000.999, 4000.999]), rtol: 2e-7) == nil)
  }

  @Test func trainingNeedsAPlaceForWhatItChanges() throws {
    let input = Input(shape: [3])
    let model = Model(inputs: input, outputs: BatchNormalization(name: "bn")(input))
    let graph = try model.graph()
    #expect(
      throws: GraftError(
        .invalidArgument, "A training plan needs the layout of what training changes (bn/gamma, …). Received: none.")
    ) {
      try ExecutionPlan(graph, batchSize: 4, mode: .training)
    }
    let store = ParameterStore(graph)
    let plan = try ExecutionPlan(graph, batchSize: 4, mode: .training, parameters: store.layout)
    #expect(
      throws: GraftError(.invalidArgument, "This plan reads weights from a parameter store. Received: none.")
    ) {
      try ExecutionContext(plan)
    }
  }

  @Test func batchSizeZeroIsAnError() throws {
    let input = Input(shape: [3])
    let graph = try Model(inputs: input, outputs: Dense(2)(input)).graph()
    #expect(throws: GraftError(.invalidArgument, "A plan needs a batch size of at least 1. Received: 0.")) {
      try ExecutionPlan(graph, batchSize: 0, mode: .inference)
    }
  }
}
