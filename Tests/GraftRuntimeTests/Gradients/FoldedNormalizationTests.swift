import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// A frozen normalisation after a trainable convolution becomes a part of it: nothing that is computed changes.
@Suite struct FoldedNormalizationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let layer: @Sendable () -> Layer
  }

  static let cases: [Case] = [true, false].flatMap { useBias in
    func named(_ name: String, _ layer: @escaping @Sendable () -> Layer) -> Case {
      Case(testDescription: name + (useBias ? " with bias" : ""), layer: layer)
    }
    return [
      named("1×1") { Conv2D(18, kernelSize: 1, useBias: useBias, name: "conv") },
      named("3×3, stride 2") {
        Conv2D(9, kernelSize: 3, strides: 2, padding: .same, useBias: useBias, name: "conv")
      },
      named("4 groups") { Conv2D(12, kernelSize: 3, groups: 4, useBias: useBias, name: "conv") },
      named("depthwise") {
        DepthwiseConv2D(kernelSize: 3, padding: .same, useBias: useBias, name: "conv_depthwise")
      },
      named("depthwise, twice the channels") {
        DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2, useBias: useBias, name: "conv_depthwise")
      },
    ]
  }

  private let input = Input(shape: [6, 5, 16])
  private let x = FormulaTensor.make(name: "input", shape: [3, 6, 5, 16], role: .input)

  private func expectSame(_ folded: GradientProbe, _ plain: GradientProbe, _ gradients: [String]) {
    // Both are float32 sums of up to 90 products per gradient.
    #expect(folded.output.mismatch(plain.output, atol: 1e-5, rtol: 1e-5) == nil)
    #expect(folded.inputGradients[0].mismatch(plain.inputGradients[0], atol: 1e-5, rtol: 1e-5) == nil)
    #expect(plain.gradients.keys.sorted() == gradients.sorted())
    #expect(folded.gradients.keys == plain.gradients.keys)
    for (name, expected) in plain.gradients {
      #expect(folded.gradients[name]?.mismatch(expected, atol: 2e-5, rtol: 2e-5) == nil, "\(name)")
    }
  }

  @Test(arguments: cases) func theFoldChangesNothing(_ example: Case) throws {
    let layer = example.layer()
    let normal = BatchNormalization(name: "normal")
    let model = Model(
      inputs: input, outputs: ReLU(maxValue: 6, name: "relu6")(normal(layer(input))), name: "model")
    try model.assignFormulaWeights()
    normal.isTrainable = false
    let graph = try model.graph().optimizedForTraining()
    #expect(graph.dump.contains("+affine") && !graph.dump.contains("batchNormalization"))

    let upstream = FormulaTensor.make(name: "upstream", shape: model.output.shape.prepending(3), role: .input)
    let probes = try [true, false].map {
      try GradientProbe(model, inputs: [x], upstream: upstream, ofLayers: [layer.name], isOptimized: $0)
    }
    expectSame(probes[0], probes[1], layer.variables.map { "\(layer.name)/\($0.name)" })
  }

  /// One kernel, called twice, each time with a normalisation of its own: the two gradients add up, each scaled by its own.
  @Test(arguments: [true, false]) func aKernelThatIsCalledTwice(useBias: Bool) throws {
    let layer = Conv2D(16, kernelSize: 3, padding: .same, useBias: useBias, name: "conv")
    let (first, second) = (BatchNormalization(name: "first"), BatchNormalization(name: "second"))
    let middle = ReLU(name: "relu")(first(layer(input)))
    let model = Model(inputs: input, outputs: second(layer(middle)), name: "model")
    try model.assignFormulaWeights()
    first.isTrainable = false
    second.isTrainable = false
    let upstream = FormulaTensor.make(name: "upstream", shape: [3, 6, 5, 16], role: .input)
    let probes = try [true, false].map {
      try GradientProbe(model, inputs: [x], upstream: upstream, ofLayers: ["conv"], isOptimized: $0)
    }
    expectSame(probes[0], probes[1], layer.variables.map { "conv/\($0.name)" })
  }

  /// The same against double precision, by way of the reference: x → conv · scale + offset → relu6.
  @Test func theFoldIsTheReference() throws {
    let layer = Conv2D(9, kernelSize: 3, strides: 2, name: "conv")
    let normal = BatchNormalization(name: "normal")
    let model = Model(
      inputs: input, outputs: ReLU(maxValue: 6, name: "relu6")(normal(layer(input))), name: "model")
    try model.assignFormulaWeights()
    normal.isTrainable = false
    let upstream = FormulaTensor.make(name: "upstream", shape: model.output.shape.prepending(3), role: .input)
    let probe = try GradientProbe(model, inputs: [x], upstream: upstream, ofLayers: ["conv"], isOptimized: true)

    let convolution = ConvolutionReference(.init(kernelSize: 3, strides: 2, filters: 9, hasBias: true))
    let operands = ([x] + layer.variables.map(\.value)).map(ReferenceArray.init)
    let constants = normal.variables.map { ReferenceArray($0.value) }
    let normalization = NormalizationReference(epsilon: 1e-3, usesGivenStatistics: true)
    let result = convolution.result(operands)
    let rest = ChainReference(normalization, ActivationReference(.relu6))
    #expect(probe.output.mismatch(rest.result([result] + constants).tensor, atol: 1e-5, rtol: 1e-5) == nil)
    let gradient = rest.gradients([result] + constants, upstream: ReferenceArray(upstream))[0]
    let expected = convolution.gradients(operands, upstream: gradient)
    #expect(probe.inputGradients[0].mismatch(expected[0].tensor, atol: 1e-5, rtol: 1e-5) == nil)
    #expect(probe.gradients["conv/kernel"]?.mismatch(expected[1].tensor, atol: 2e-5, rtol: 2e-5) == nil)
    #expect(probe.gradients["conv/bias"]?.mismatch(expected[2].tensor, atol: 2e-5, rtol: 2e-5) == nil)
  }
}
