import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

/// Values that are read twice and weights that are used twice: gradients add up.
@Suite struct SharedValueTests {
  private let x = FormulaTensor.make(name: "input", shape: [4, 6], role: .input)
  private let upstream = FormulaTensor.make(name: "upstream", shape: [4, 6], role: .input)

  private func probe(_ shape: Shape, _ build: (SymbolicTensor) -> SymbolicTensor) throws -> (Model, GradientProbe) {
    let input = Input(shape: shape)
    let model = Model(inputs: input, outputs: build(input), name: "model")
    try model.assignFormulaWeights()
    return (model, try GradientProbe(model, inputs: [x], upstream: upstream))
  }

  @Test func valueReadTwice() throws {
    let (_, probe) = try probe([6]) { x in Add()([x, Activation.tanh(x)]) }
    let tanh = ActivationReference(.tanh).gradients([ReferenceArray(x)], upstream: ReferenceArray(upstream))[0]
    let expected = AddReference().result([ReferenceArray(upstream), tanh])
    #expect(probe.inputGradients[0].mismatch(expected.tensor, atol: 1e-6, rtol: 1e-6) == nil)
  }

  @Test func valueMultipliedByItself() throws {
    let (_, probe) = try probe([6]) { x in Multiply()([x, x]) }
    let expected = zip(x.elements, upstream.elements).map { 2 * $0 * $1 }
    #expect(probe.inputGradients[0].mismatch(Tensor(shape: [4, 6], expected), atol: 1e-6, rtol: 1e-6) == nil)
  }

  @Test func valueAddedToItself() throws {
    let (_, probe) = try probe([6]) { x in Add()([x, x, x]) }
    let expected = ReferenceArray(upstream).map { 3 * $0 }
    #expect(probe.inputGradients[0].mismatch(expected.tensor, atol: 1e-6, rtol: 1e-6) == nil)
  }

  @Test func valueConcatenatedWithItself() throws {
    let (model, probe) = try probe([6]) { x in Dense(6, name: "dense")(Concatenate()([x, x])) }
    let kernel = try #require(model.ownedVariables.first?.variable).value
    let doubled = ConcatenateReference(axis: 1).result([ReferenceArray(x), ReferenceArray(x)])
    let dense = DenseReference().gradients([doubled, ReferenceArray(kernel)], upstream: ReferenceArray(upstream))
    let halves = ConcatenateReference(axis: 1).gradients(
      [ReferenceArray(x), ReferenceArray(x)], upstream: dense[0])
    #expect(probe.inputGradients[0].mismatch(AddReference().result(halves).tensor, atol: 2e-6, rtol: 2e-6) == nil)
  }

  /// The gradients of a layer that is called twice are the sums over its calls, as finite differences see them.
  @Test(arguments: ["dense", "normalization"]) func layerCalledTwice(_ kind: String) throws {
    let layer: Layer = kind == "dense" ? Dense(6, name: "layer") : BatchNormalization(name: "layer")
    let input = Input(shape: [6])
    let once = layer(input)
    let output = layer(Activation.tanh(once))
    let model = Model(inputs: input, outputs: output, name: "layer")  // The probe reads weights by this name.
    try model.assignFormulaWeights()
    let probe = try GradientProbe(model, inputs: [x], upstream: upstream)

    let operation: any ReferenceOperation =
      kind == "dense" ? DenseReference() : NormalizationReference(epsilon: 1e-3, usesGivenStatistics: false)
    let trained = layer.variables.filter(\.followsGradient)
    let weights = trained.map { ReferenceArray($0.value) }
    let first = operation.result([ReferenceArray(x)] + weights)
    let middle = ActivationReference(.tanh).result([first])
    let last = operation.gradients([middle] + weights, upstream: ReferenceArray(upstream))
    let back = ActivationReference(.tanh).gradients([first], upstream: last[0])[0]
    let start = operation.gradients([ReferenceArray(x)] + weights, upstream: back)
    #expect(probe.inputGradients[0].mismatch(start[0].tensor, atol: 5e-6, rtol: 5e-6) == nil)
    for (index, variable) in trained.enumerated() {
      let expected = AddReference().result([last[index + 1], start[index + 1]])
      let gradient = try #require(probe.gradients[variable.name])
      #expect(gradient.mismatch(expected.tensor, atol: 5e-6, rtol: 5e-6) == nil, "\(variable.name)")
    }
  }
}
