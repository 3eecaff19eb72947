import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Fusion changes nothing: the sums that convolutions take in come out right wherever the summands lie.
@Suite struct ConvolutionTests {
  private let x = FormulaTensor.make(name: "input", shape: [2, 6, 5, 16], role: .input)

  /// What a model gives when every layer's result is computed alone, so that nothing is fused.
  private func stepwise(_ model: Model) throws -> Tensor {
    var values: [ObjectIdentifier: Tensor] = [ObjectIdentifier(model.input): x]
    for tensor in model.tensors where tensor !== model.input {
      var builder = GraphBuilder()
      let inputs = tensor.inputs.compactMap { values[ObjectIdentifier($0)] }
      let nodes = inputs.map { builder.graph.addInput(name: "x", shape: $0.shape.droppingFirst) }
      builder.graph.outputs = [try tensor.layer.emit(nodes, into: &builder)]
      values[ObjectIdentifier(tensor)] = try builder.graph.results(for: inputs)[0]
    }
    return try #require(values[ObjectIdentifier(model.output)])
  }

  private func expectFusionChangesNothing(_ build: (SymbolicTensor) -> SymbolicTensor) throws {
    let input = Input(shape: [6, 5, 16])
    let model = Model(inputs: input, outputs: build(input))
    try model.assignFormulaWeights()
    #expect(try model.results(for: x).mismatch(stepwise(model), atol: 1e-5, rtol: 1e-5) == nil)
  }

  private func conv(_ name: String, _ kernelSize: Extent = 1) -> Conv2D {
    Conv2D(16, kernelSize: kernelSize, padding: .same, name: name)
  }

  @Test(arguments: [1, 3] as [Extent]) func residualOfItsOwnSource(_ kernelSize: Extent) throws {
    // The convolution reads what it would otherwise add its result to.
    try expectFusionChangesNothing { x in
      let y = conv("first")(x)
      return ReLU(name: "end")(Add(name: "sum")([y, conv("second", kernelSize)(y)]))
    }
    try expectFusionChangesNothing { x in
      let y = conv("first")(x)
      return Add(name: "sum")([conv("second", kernelSize)(y), y])
    }
  }

  @Test func residualOfTheInput() throws {
    try expectFusionChangesNothing { x in Add(name: "sum")([x, conv("only")(x)]) }
  }

  @Test func residualThatIsReadLater() throws {
    try expectFusionChangesNothing { x in
      let y = conv("first")(x)
      let z = conv("third")(conv("second")(y))
      let sum = Add(name: "sum")([y, z])
      return Concatenate(name: "all")([sum, y])
    }
  }

  @Test func sumOfTwoConvolutions() throws {
    try expectFusionChangesNothing { x in Add(name: "sum")([conv("left")(x), conv("right", 3)(x)]) }
  }

  @Test func sumOfThree() throws {
    try expectFusionChangesNothing { x in Add(name: "sum")([conv("left")(x), conv("right", 3)(x), x]) }
  }

  @Test func normalizationAndActivationAfterASum() throws {
    try expectFusionChangesNothing { x in
      let sum = Add(name: "sum")([conv("left")(x), conv("right", 3)(x)])
      return ReLU(maxValue: 6, name: "end")(BatchNormalization(name: "bn")(sum))
    }
  }

  @Test func paddingThatTwoRead() throws {
    try expectFusionChangesNothing { x in
      let padded = ZeroPadding2D(Padding(top: 1, bottom: 2, left: 0, right: 1), name: "pad")(x)
      let left = Conv2D(16, kernelSize: 3, name: "left")(padded)
      return Add(name: "sum")([left, Conv2D(16, kernelSize: 3, name: "right")(padded)])
    }
  }

  @Test func groupsDilationsAndMultipliers() throws {
    try expectFusionChangesNothing { x in
      let y = Conv2D(24, kernelSize: 3, padding: .same, dilationRate: 2, groups: 4, name: "grouped")(x)
      return DepthwiseConv2D(kernelSize: 3, padding: .same, depthMultiplier: 2, dilationRate: 2, name: "depthwise")(y)
    }
  }

  @Test func nothingToTrainIsAnError() throws {
    let input = Input(shape: [6])
    let model = Model(inputs: input, outputs: Dense(3, activation: .softmax)(input))
    model.isTrainable = false
    #expect(
      throws: GraftError(
        .invalidArgument, "Nothing to train: no layer with weights is trainable. Set isTrainable on a layer.")
    ) {
      try model.graph().differentiated(loss: LossFunction(.categoricalCrossentropy), targetShape: [3])
    }
  }
}
