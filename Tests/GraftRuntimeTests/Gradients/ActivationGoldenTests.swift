import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

/// Activations against Keras, corners and kinks included.
@Suite struct ActivationGoldenTests {
  static let names = [
    "linear", "relu", "relu6", "sigmoid", "tanh", "silu", "gelu", "softmax", "elu", "selu", "softplus", "softsign",
    "hard_sigmoid", "hard_silu", "exponential", "leaky_relu", "mish",
  ]

  @Test(arguments: names) func activationIsKerass(_ name: String) throws {
    let golden = try GoldenFile("activations/\(name)")
    // Points become one sample; softmax has rows.
    func batched(_ key: String) throws -> Tensor {
      let tensor = try golden.tensor(key)
      return tensor.shape.rank == 1 ? tensor.reshaped(tensor.shape.prepending(1)) : tensor
    }
    let layer = ActivationLayer(try #require(Activation(kerasName: name)))
    let input = try batched("input")
    let symbol = Input(shape: input.shape.droppingFirst)
    let output = try Model(inputs: symbol, outputs: layer(symbol)).results(for: input)
    #expect(output.mismatch(try batched("output"), atol: 1e-6, rtol: 1e-6) == nil)
    let probe = try GradientProbe(layer, inputs: [input], upstream: batched("upstream"))
    #expect(probe.output.mismatch(try batched("output"), atol: 1e-6, rtol: 1e-6) == nil)
    #expect(probe.inputGradients[0].mismatch(try batched("gradient"), atol: 2e-6, rtol: 2e-6) == nil)
  }

  @Test func allActivationsAreCovered() {
    #expect(Set(Self.names.compactMap(Activation.init(kerasName:))) == Set(Activation.allCases))
  }

  /// A fused activation is the activation of the result, forward and backward.
  @Test(arguments: Activation.allCases) func fusedIntoDense(_ activation: Activation) throws {
    let x = FormulaTensor.make(name: "input", shape: [5, 7], role: .input)
    let upstream = FormulaTensor.make(name: "upstream", shape: [5, 6], role: .input)
    let layer = Dense(6, activation: activation, name: "dense")
    let symbol = Input(shape: [7])
    let model = Model(inputs: symbol, outputs: layer(symbol))
    try layer.assignFormulaWeights()
    let values = layer.variables.map { ReferenceArray($0.value) }
    let dense = DenseReference()
    let linear = dense.result([ReferenceArray(x)] + values)
    let expected = ActivationReference(activation).result([linear])
    let dy = ActivationReference(activation).gradients([linear], upstream: ReferenceArray(upstream))[0]
    let gradients = dense.gradients([ReferenceArray(x)] + values, upstream: dy)

    #expect(try model.results(for: x).mismatch(expected.tensor, atol: 1e-6, rtol: 2e-6) == nil)
    let probe = try GradientProbe(layer, inputs: [x], upstream: upstream)
    #expect(probe.output.mismatch(expected.tensor, atol: 1e-6, rtol: 2e-6) == nil)
    #expect(probe.inputGradients[0].mismatch(gradients[0].tensor, atol: 2e-6, rtol: 2e-6) == nil)
    #expect(probe.gradients["kernel"]?.mismatch(gradients[1].tensor, atol: 2e-6, rtol: 2e-6) == nil)
    #expect(probe.gradients["bias"]?.mismatch(gradients[2].tensor, atol: 2e-6, rtol: 2e-6) == nil)
  }
}
