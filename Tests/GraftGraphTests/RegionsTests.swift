import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Where a graph is cut: by what is trainable, and by what is random.
@Suite struct RegionsTests {
  private func regions(_ output: SymbolicTensor, of input: SymbolicTensor) throws -> Regions {
    Regions(try Model(inputs: input, outputs: output).graph())
  }

  @Test func headOverAFrozenBase() throws {
    let input = Input(shape: [4, 4, 3], name: "x")
    let conv = Conv2D(8, kernelSize: 3, name: "conv")
    conv.isTrainable = false
    let pooled = GlobalAveragePooling2D(name: "pool")(conv(input))
    let regions = try regions(Dense(2, activation: .softmax, name: "dense")(pooled), of: input)
    #expect(
      regions.frozen.dump == """
        %0 x = input (4, 4, 3)
        %1 conv = convolution 3×3 +bias(%0) [conv/kernel conv/bias] (2, 2, 8)
        %2 pool = global average pooling(%1) (8,) → output
        """)
    #expect(
      regions.trainable.dump == """
        %0 pool = input (8,)
        %1 dense = dense 2 +bias(%0) [dense/kernel* dense/bias*] (2,)
        %2 dense = softmax(%1) (2,) → output
        """)
    #expect(regions.trainable.parameters.map(\.name) == ["dense/kernel", "dense/bias"])
  }

  @Test func randomnessEndsTheFrozenRegion() throws {
    let input = Input(shape: [6], name: "x")
    let frozen = Dense(4, name: "frozen")
    frozen.isTrainable = false
    let regions = try regions(Dense(2, name: "dense")(frozen(Dropout(0.5, name: "dropout")(input))), of: input)
    #expect(regions.frozen.nodes.map(\.name) == ["x"])
    #expect(regions.trainable.nodes.map(\.name) == ["x", "dropout", "frozen", "dense"])
  }

  @Test func normalizationBelongsWhereItsFlagSays() throws {
    let input = Input(shape: [6], name: "x")
    let normal = BatchNormalization(name: "bn")
    let output = Dense(2, name: "dense")(normal(input))
    #expect(try regions(output, of: input).frozen.nodes.map(\.name) == ["x"])
    normal.isTrainable = false
    #expect(try regions(output, of: input).frozen.nodes.map(\.name) == ["x", "bn"])
  }

  @Test func valuesThatTwoTrainableNodesReadCrossOnce() throws {
    let input = Input(shape: [6], name: "x")
    let frozen = ActivationLayer(.relu, name: "relu")(input)
    let sum = Add(name: "sum")([Dense(6, name: "left")(frozen), Dense(6, name: "right")(frozen), input])
    let regions = try regions(sum, of: input)
    #expect(regions.frozen.outputs == [NodeID(1), NodeID(0)])
    #expect(regions.trainable.nodes.map(\.name) == ["relu", "x", "left", "right", "sum"])
  }

  @Test func everythingFrozenLeavesAnIdentity() throws {
    let input = Input(shape: [6], name: "x")
    let dense = Dense(2, name: "dense")
    let output = dense(input)
    dense.isTrainable = false
    let regions = try regions(output, of: input)
    #expect(regions.frozen.nodes.map(\.name) == ["x", "dense"])
    #expect(regions.trainable.dump == "%0 dense = input (2,) → output")
    let x = FormulaTensor.make(name: "input", shape: [3, 2], role: .input)
    #expect(try regions.trainable.results(for: [x]) == [x])
  }

  /// One region after the other gives what the whole gives.
  @Test func regionsTogetherAreTheWhole() throws {
    let input = Input(shape: [6, 5, 4], name: "x")
    let conv = Conv2D(8, kernelSize: 3, activation: .relu, name: "conv")
    conv.isTrainable = false
    let border = conv(input)
    let pooled = Concatenate(name: "both")([
      GlobalAveragePooling2D(name: "average")(BatchNormalization(name: "bn")(border)),
      GlobalMaxPooling2D(name: "max")(border),
    ])
    let model = Model(inputs: input, outputs: Dense(3, activation: .softmax, name: "dense")(pooled))
    try model.assignFormulaWeights()
    let graph = try model.graph()
    let regions = Regions(graph)
    let x = FormulaTensor.make(name: "input", shape: [3, 6, 5, 4], role: .input)
    let together = try regions.trainable.results(for: regions.frozen.results(for: [x]))[0]
    #expect(together.mismatch(try graph.results(for: [x])[0], atol: 1e-6, rtol: 1e-6) == nil)
  }
}
