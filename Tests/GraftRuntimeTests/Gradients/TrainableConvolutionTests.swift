import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Convolutions in the trainable region: what is computed, what is fused, and what is moved.
@Suite struct TrainableConvolutionTests {
  private let input = Input(shape: [6, 5, 16])

  private func step(_ output: SymbolicTensor) throws -> Graph {
    let model = Model(inputs: input, outputs: Dense(3, activation: .softmax)(GlobalAveragePooling2D()(output)))
    return try model.graph().differentiated(loss: .categoricalCrossentropy, targetShape: [3])
  }

  private func gradients(_ graph: Graph, of name: String) -> [String] {
    graph.ids.compactMap { id in
      guard case .gradient(let gradient) = graph[id].operation, graph[id].name == name else { return nil }
      switch gradient {
      case .convolutionInput: return "input"
      case .convolutionParameters: return "parameters"
      default: return nil
      }
    }
  }

  @Test func onlyPathsToTrainableWeightsAreDifferentiated() throws {
    let below = Conv2D(8, kernelSize: 3, name: "below")
    let first = Conv2D(8, kernelSize: 3, padding: .same, name: "first")
    let frozen = Conv2D(8, kernelSize: 1, name: "frozen")
    let last = Conv2D(8, kernelSize: 1, name: "last")
    let graph = try {
      below.isTrainable = false
      frozen.isTrainable = false
      return try step(last(frozen(first(below(input)))))
    }()
    #expect(gradients(graph, of: "below") == [])
    #expect(gradients(graph, of: "first") == ["parameters"])
    #expect(gradients(graph, of: "frozen") == ["input"])
    #expect(gradients(graph, of: "last") == ["parameters", "input"])
  }

  /// Activations lie with channels last from end to end: only kernels are moved.
  @Test func noActivationIsReordered() throws {
    var x = Conv2D(32, kernelSize: 3, strides: 2, padding: .same, name: "first")(input)
    x = ReLU(maxValue: 6, name: "relu")(x)
    x = DepthwiseConv2D(kernelSize: 3, padding: .same, activation: .relu6, name: "depthwise")(x)
    x = Conv2D(48, kernelSize: 1, name: "project")(x)
    let graph = try step(x)
    let plan = try ExecutionPlan(graph, batchSize: 2, mode: .training, parameters: ParameterLayout(graph))
    #expect(plan.reorderCount == 0, "\(plan.dump(showsImplementations: true))")
    #expect(plan.dump().contains("first: convolution 3×3 stride 2×2 pad 0,1,1,1 +bias +relu6"))
  }

  @Test func zerosMoveIntoTheConvolution() throws {
    let graph = try step(
      Conv2D(8, kernelSize: 3, name: "conv")(ZeroPadding2D(Padding(top: 0, bottom: 1, left: 0, right: 1))(input)))
    #expect(!graph.dump.contains("zeroPadding"))
    #expect(graph.dump.contains("convolution 3×3 pad 0,1,0,1"))
  }

  /// A small network, fused for training, against its parts computed one after another by the reference.
  @Test(arguments: [Activation.relu6, .swish, .sigmoid]) func fusedTraining(_ activation: Activation) throws {
    let zeros = Padding(top: 0, bottom: 1, left: 1, right: 0)
    let x = FormulaTensor.make(name: "input", shape: [2, 6, 5, 16], role: .input)
    let first = Conv2D(18, kernelSize: 3, strides: 2, name: "first")
    let second = DepthwiseConv2D(kernelSize: 3, padding: .same, name: "second_depthwise")
    let frozen = Conv2D(18, kernelSize: 1, useBias: false, name: "frozen")
    let start = ActivationLayer(activation, name: "start")(first(ZeroPadding2D(zeros, name: "zeros")(input)))
    let middle = ActivationLayer(activation, name: "middle")(second(start))
    let model = Model(inputs: input, outputs: Add(name: "sum")([frozen(middle), start]), name: "model")
    try model.assignFormulaWeights()
    frozen.isTrainable = false
    let upstream = FormulaTensor.make(name: "upstream", shape: model.output.shape.prepending(2), role: .input)
    let probe = try GradientProbe(model, inputs: [x], upstream: upstream, ofLayers: ["first", "second_depthwise"])

    func weights(_ layer: Layer) -> [ReferenceArray] { layer.variables.map { ReferenceArray($0.value) } }
    let firstReference = ConvolutionReference(
      .init(kernelSize: 3, strides: 2, padding: zeros, filters: 18, hasBias: true))
    let secondReference = ConvolutionReference(
      .init(
        kernelSize: 3, padding: Padding(top: 1, bottom: 1, left: 1, right: 1), groups: 18, filters: 18, hasBias: true))
    let frozenReference = ConvolutionReference(.init(kernelSize: 1, filters: 18, hasBias: false))
    let function = ActivationReference(activation)
    let a = firstReference.result([ReferenceArray(x)] + weights(first))
    let b = function.result([a])
    let c = secondReference.result([b] + weights(second))
    let d = function.result([c])
    let e = frozenReference.result([d] + weights(frozen))
    #expect(probe.output.mismatch(AddReference().result([e, b]).tensor, atol: 1e-5, rtol: 1e-5) == nil)
    let dy = ReferenceArray(upstream)
    let dd = frozenReference.gradients([d] + weights(frozen), upstream: dy)[0]
    let dc = function.gradients([c], upstream: dd)[0]
    let db = secondReference.gradients([b] + weights(second), upstream: dc)
    let da = function.gradients([a], upstream: AddReference().result([db[0], dy]))[0]
    let dx = firstReference.gradients([ReferenceArray(x)] + weights(first), upstream: da)
    #expect(probe.inputGradients[0].mismatch(dx[0].tensor, atol: 1e-5, rtol: 1e-5) == nil)
    let expected = [
      "first/kernel": dx[1], "first/bias": dx[2], "second_depthwise/kernel": db[1], "second_depthwise/bias": db[2],
    ]
    #expect(probe.gradients.keys.sorted() == expected.keys.sorted())
    for (name, gradient) in probe.gradients {
      #expect(gradient.mismatch(try #require(expected[name]).tensor, atol: 2e-5, rtol: 2e-5) == nil, "\(name)")
    }
  }

  /// The gradients of a kernel that is used twice add up.
  @Test func convolutionCalledTwice() throws {
    let layer = Conv2D(16, kernelSize: 3, padding: .same, name: "layer")
    let x = FormulaTensor.make(name: "input", shape: [2, 6, 5, 16], role: .input)
    let upstream = FormulaTensor.make(name: "upstream", shape: [2, 6, 5, 16], role: .input)
    let model = Model(inputs: input, outputs: layer(layer(input)), name: "model")
    try model.assignFormulaWeights()
    let probe = try GradientProbe(model, inputs: [x], upstream: upstream, ofLayers: ["layer"])
    let reference = ConvolutionReference(
      .init(
        kernelSize: 3, padding: Padding(top: 1, bottom: 1, left: 1, right: 1), filters: 16, hasBias: true))
    let weights = layer.variables.map { ReferenceArray($0.value) }
    let middle = reference.result([ReferenceArray(x)] + weights)
    let last = reference.gradients([middle] + weights, upstream: ReferenceArray(upstream))
    let start = reference.gradients([ReferenceArray(x)] + weights, upstream: last[0])
    #expect(probe.inputGradients[0].mismatch(start[0].tensor, atol: 2e-5, rtol: 2e-5) == nil)
    for (index, variable) in layer.variables.enumerated() {
      let expected = AddReference().result([last[index + 1], start[index + 1]])
      let gradient = try #require(probe.gradients["layer/\(variable.name)"])
      #expect(gradient.mismatch(expected.tensor, atol: 2e-5, rtol: 5e-5) == nil, "\(variable.name)")
    }
  }
}
