import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

/// What `Normalization` learns from data, and what it refuses.
@Suite struct NormalizationTests {
  /// The mean and variance that Keras's layer has after the same data.
  @Test func adaptIsKerass() throws {
    let golden = try GoldenFile("layers/normalization_adapted")
    let data = FormulaTensor.make(name: "adapt", shape: [3, 4, 2, 5], role: .input)
    let layer = Normalization()
    try layer.adapt(to: Tensor(shape: data.shape, data.elements.map { 3 * $0 + 1 }))
    let symbol = Input(shape: [4, 2, 5])
    let model = Model(inputs: symbol, outputs: layer(symbol))
    for variable in layer.variables where variable.name != "count" {
      let expected = try golden.tensor("weight/\(variable.name)")
      #expect(variable.value.mismatch(expected, atol: 1e-6, rtol: 1e-6) == nil, "\(variable.name)")
    }
    let output = try model.results(for: golden.tensor("input/0"))
    #expect(output.mismatch(try golden.tensor("output"), atol: 2e-6, rtol: 2e-6) == nil)
    #expect(model.trainableParameterCount == 0)
    #expect(model.parameterCount == 11)
  }

  @Test func trainingLeavesItAlone() throws {
    let input = Input(shape: [4])
    let model = Model(inputs: input, outputs: Dense(2)(Normalization(name: "normal")(input)))
    let graph = try model.graph()
    #expect(graph.parameters.filter { $0.name.hasPrefix("normal/") }.allSatisfy { $0.role == .frozen })
    // So the normalisation belongs to the part that runs once per picture.
    #expect(Regions(graph).frozen.dump.contains("normal = batchNormalization"))
  }

  @Test func whatCannotBeAdapted() throws {
    let given = Normalization(mean: [0], variance: [1], name: "given")
    #expect(
      throws: GraftError(.invalidArgument, "given: mean and variance were given; there is nothing to adapt.")
    ) { try given.adapt(to: Tensor(zeros: [2, 3])) }
    let layer = Normalization(name: "l")
    #expect(
      throws: GraftError(
        .invalidArgument, "l: adapt needs samples with a channel axis. Received: a tensor of (3,).")
    ) { try layer.adapt(to: Tensor([1, 2, 3])) }
    try layer.adapt(to: Tensor([[1, 2], [3, 4]]))
    let error = #expect(throws: GraftError.self) { try layer.adapt(to: Tensor([[1, 2, 3]])) }
    #expect(error?.code == .shapeMismatch)
    let input = Input(shape: [3])
    let wrong = Normalization(mean: [1, 2], variance: [1, 2], name: "wrong")
    #expect(
      throws: GraftError(
        .shapeMismatch, "wrong: 3 channels need 1 or 3 means and as many variances. Received: 2 and 2.")
    ) { try Model(inputs: input, outputs: wrong(input)).check() }
  }
}
