import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Each pass alone: what it makes of a small graph, and that the results stay.
@Suite struct PassTests {
  private let x = FormulaTensor.make(name: "input", shape: [2, 6, 5, 4], role: .input)

  /// A frozen graph of layers on a picture of 6×5×4.
  private func graph(_ build: (SymbolicTensor) -> SymbolicTensor) throws -> Graph {
    let input = Input(shape: [6, 5, 4], name: "x")
    let model = Model(inputs: input, outputs: build(input))
    try model.assignFormulaWeights()
    return try model.graph().frozen()
  }

  /// Training mode runs a graph as it stands: of all passes only the two that training wants are applied.
  private func expectSameResults(_ before: Graph, _ after: Graph) throws {
    let expected = try before.results(for: [x], mode: .training)[0]
    #expect(try after.results(for: [x], mode: .training)[0].mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil)
    #expect(try before.results(for: [x])[0].mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil)
  }

  @Test func identitiesAreRemoved() throws {
    let before = try graph { x in
      var y = ActivationLayer(.linear, name: "linear")(x)
      y = ZeroPadding2D(Padding(), name: "padding")(y)
      y = Reshape([6, 5, 4], name: "reshape")(y)
      y = Rescaling(scale: 1, name: "rescaling")(y)
      y = Dropout(0, name: "dropout")(y)
      return ReLU(name: "relu")(y)
    }
    let after = before.removingIdentities()
    #expect(
      after.dump == """
        %0 x = input (6, 5, 4)
        %1 relu = relu(%0) (6, 5, 4) → output
        """)
    try expectSameResults(before, after)
  }

  @Test func whatChangesSomethingIsNoIdentity() throws {
    let before = try graph { x in
      var y = ZeroPadding2D(Padding(top: 1), name: "padding")(x)
      y = Rescaling(scale: 1, offset: 0.5, name: "offset")(y)
      y = Rescaling(scale: 2, name: "scale")(y)
      return Reshape([35, 4], name: "reshape")(y)
    }
    #expect(before.removingIdentities().nodes.count == 5)
    let dropout = try graph { x in Dropout(0.5, name: "dropout")(x) }
    #expect(dropout.removingIdentities(training: true).nodes.count == 2)
    #expect(dropout.removingIdentities().nodes.count == 1)
  }

  @Test func hardSigmoidsAreRecognised() throws {
    let before = try graph { x in
      let y = ReLU(maxValue: 6, name: "relu")(Rescaling(scale: 1, offset: 3, name: "add")(x))
      return Rescaling(scale: 1 / 6, name: "multiply")(y)
    }
    let after = before.recognisingHardSigmoids()
    #expect(
      after.dump == """
        %0 x = input (6, 5, 4)
        %1 multiply = hard_sigmoid(%0) (6, 5, 4) → output
        """)
    try expectSameResults(before, after)
    // Read by somebody else, the rectified values must stay.
    let shared = try graph { x in
      let y = ReLU(maxValue: 6, name: "relu")(Rescaling(scale: 1, offset: 3, name: "add")(x))
      return Add(name: "sum")([y, Rescaling(scale: 1 / 6, name: "multiply")(y)])
    }
    #expect(shared.recognisingHardSigmoids().dump == shared.dump)
  }

  @Test func channelAffinesAreMerged() throws {
    let before = try graph { x in
      var y = Rescaling(scale: 0.5, offset: 1, name: "first")(x)
      y = Normalization(mean: [0.1, 0.2, 0.3, 0.4], variance: [1, 2, 3, 4], name: "second")(y)
      y = Rescaling(scale: [1, 2, 3, 4], name: "third")(y)
      return ReLU(name: "relu")(y)
    }
    let after = before.mergingChannelAffines()
    #expect(after.nodes.count == 3)
    try expectSameResults(before, after)
  }

  @Test func rescalingsFoldIntoConvolutions() throws {
    let before = try graph { x in
      let y = Conv2D(3, kernelSize: 3, name: "convolution")(x)
      return Rescaling(scale: 0.17, offset: 0.5, name: "rescaling")(y)
    }
    let after = before.foldingBatchNormalization()
    #expect(after.nodes.count == 2)
    try expectSameResults(before, after)
  }

  @Test func paddingMovesIntoPoolingBehindRectifiers() throws {
    func network(_ activation: Activation) throws -> Graph {
      try graph { x in
        let y = ZeroPadding2D(Padding(top: 1, bottom: 1, left: 1, right: 1), name: "pad")(activation(x, name: "a"))
        return MaxPooling2D(poolSize: 3, strides: 2, name: "pool")(y)
      }
    }
    let before = try network(.relu)
    let after = before.foldingPoolingPadding()
    #expect(after.nodes.count == 3)
    try expectSameResults(before, after)
    // A zero may be larger than all that is negative.
    let negative = try network(.linear)
    #expect(negative.foldingPoolingPadding().dump == negative.dump)
  }

  @Test func normalizationsRectifyByTheWay() throws {
    let before = try graph { x in
      BatchNormalization(name: "normalization")(MaxPooling2D(name: "pool")(x)).rectified
    }
    let after = before.fusingActivations()
    #expect(after.nodes.count == 3)
    let expected = try before.results(for: [x], mode: .training)[0]
    #expect(try after.results(for: [x])[0].mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil)
  }

  @Test func paddingMovesIntoItsConvolutions() throws {
    let before = try graph { x in
      let padded = ZeroPadding2D(Padding(top: 0, bottom: 1, left: 2, right: 1), name: "pad")(x)
      let left = DepthwiseConv2D(kernelSize: 3, strides: 2, useBias: false, name: "left")(padded)
      let right = Conv2D(4, kernelSize: 3, strides: 2, padding: .same, name: "right")(padded)
      return Concatenate(axis: 1, name: "both")([
        left, Conv2D(4, kernelSize: Extent(height: 1, width: 2), name: "end")(right),
      ])
    }
    let after = before.foldingZeroPadding()
    #expect(
      after.dump == """
        %0 x = input (6, 5, 4)
        %1 right = convolution 3×3 stride 2×2 pad 1,2,2,2 +bias(%0) [right/kernel right/bias] (4, 4, 4)
        %2 left = depthwise 3×3 stride 2×2 pad 0,1,2,1(%0) [left/kernel] (3, 3, 4)
        %3 end = convolution 1×2 +bias(%1) [end/kernel end/bias] (4, 3, 4)
        %4 both = concatenate axis 1(%2, %3) (7, 3, 4) → output
        """)
    try expectSameResults(before, after)
  }

  @Test func normalizationsFoldIntoConvolutionsAndMatrices() throws {
    let before = try graph { x in
      var y = Conv2D(8, kernelSize: 3, name: "conv")(x)
      y = BatchNormalization(name: "bn1")(y)
      y = DepthwiseConv2D(kernelSize: 1, depthMultiplier: 2, useBias: false, name: "depthwise")(y)
      y = BatchNormalization(scale: false, name: "bn2")(y)
      y = Conv2D(8, kernelSize: 1, groups: 4, name: "grouped")(y)
      y = BatchNormalization(center: false, name: "bn3")(y)
      y = Dense(6, useBias: false, name: "dense")(y)
      return BatchNormalization(name: "bn4")(y)
    }
    let after = before.foldingBatchNormalization()
    #expect(
      after.dump == """
        %0 x = input (6, 5, 4)
        %1 conv = convolution 3×3 +bias(%0) [conv/kernel·bn1 conv/bias·bn1] (4, 3, 8)
        %2 depthwise = depthwise 1×1 +bias(%1) [depthwise/kernel·bn2 depthwise/bias·bn2] (4, 3, 16)
        %3 grouped = convolution 1×1 groups 4 +bias(%2) [grouped/kernel·bn3 grouped/bias·bn3] (4, 3, 8)
        %4 dense = dense 6 +bias(%3) [dense/kernel·bn4 dense/bias·bn4] (4, 3, 6) → output
        """)
    try expectSameResults(before, after)
  }

  @Test func normalizationsStayWhereFoldingWouldBeWrong() throws {
    let read = try graph { x in
      let y = Conv2D(4, kernelSize: 1, name: "conv")(x)
      return Add(name: "sum")([BatchNormalization(name: "bn")(y), y])
    }
    #expect(read.foldingBatchNormalization().dump == read.dump)
    let activated = try graph { x in
      BatchNormalization(name: "bn")(Conv2D(4, kernelSize: 1, activation: .relu, name: "conv")(x))
    }
    #expect(activated.foldingBatchNormalization().dump == activated.dump)
    let fused = activated.fusingActivations()
    #expect(fused.foldingBatchNormalization().dump == fused.dump)
    // A trainable weight changes under the fold.
    let input = Input(shape: [6, 5, 4], name: "x")
    let conv = Conv2D(4, kernelSize: 1, name: "conv")
    let normal = BatchNormalization(name: "bn")
    let model = Model(inputs: input, outputs: normal(conv(input)))
    for frozen in [conv, normal] {
      model.isTrainable = true
      frozen.isTrainable = false
      let graph = try model.graph()
      #expect(graph.foldingBatchNormalization().dump == graph.dump)
    }
  }

  @Test func residualsFuseIntoTheLaterConvolution() throws {
    let before = try graph { x in
      let left = Conv2D(4, kernelSize: 1, name: "left")(x)
      let right = Conv2D(4, kernelSize: 1, name: "right")(x)
      return ReLU(name: "relu")(Add(name: "sum")([right, left]))
    }
    let after = before.fusingResiduals()
    #expect(
      after.dump == """
        %0 x = input (6, 5, 4)
        %1 right = convolution 1×1 +bias(%0) [right/kernel right/bias] (6, 5, 4)
        %2 left = convolution 1×1 +bias +residual(%0, %1) [left/kernel left/bias] (6, 5, 4)
        %3 relu = relu(%2) (6, 5, 4) → output
        """)
    try expectSameResults(before, after)
    #expect(
      after.fusingActivations().dump.hasSuffix(
        "+bias +residual +relu(%0, %1) [left/kernel left/bias] (6, 5, 4) → output")
    )
    try expectSameResults(before, after.fusingActivations())
  }

  @Test func residualsStayWhereFusionWouldBeWrong() throws {
    let twice = try graph { x in
      let y = Conv2D(4, kernelSize: 1, name: "conv")(x)
      return Add(name: "sum")([y, y])
    }
    #expect(twice.fusingResiduals().dump == twice.dump)
    let activated = try graph { x in
      Add(name: "sum")([x, Conv2D(4, kernelSize: 1, activation: .relu, name: "conv")(x)])
    }.fusingActivations()
    #expect(activated.fusingResiduals().dump == activated.dump)
    let three = try graph { x in Add(name: "sum")([x, x, Conv2D(4, kernelSize: 1, name: "conv")(x)]) }
    #expect(three.fusingResiduals().dump == three.dump)
  }

  @Test func activationsFuseIntoTheirProducers() throws {
    let before = try graph { x in
      let y = ReLU(maxValue: 6, name: "relu6")(Conv2D(4, kernelSize: 3, name: "conv")(x))
      return Dense(3, activation: .tanh, name: "dense")(y)
    }
    let after = before.fusingActivations()
    #expect(
      after.dump == """
        %0 x = input (6, 5, 4)
        %1 conv = convolution 3×3 +bias +relu6(%0) [conv/kernel conv/bias] (4, 3, 4)
        %2 dense = dense 3 +bias +tanh(%1) [dense/kernel dense/bias] (4, 3, 3) → output
        """)
    try expectSameResults(before, after)
  }

  @Test func activationsStayWhereFusionWouldBeWrong() throws {
    let softmax = try graph { x in Dense(3, activation: .softmax, name: "dense")(x) }
    #expect(softmax.fusingActivations().dump == softmax.dump)
    let read = try graph { x in
      let y = Dense(4, name: "dense")(x)
      return Add(name: "sum")([y, Activation.relu(y, name: "relu")])
    }
    #expect(read.fusingActivations().dump == read.dump)
    var wanted = try graph { x in Dense(4, activation: .relu, name: "dense")(x) }
    wanted.outputs = [NodeID(1), NodeID(2)]
    #expect(wanted.fusingActivations().dump == wanted.dump)
    let second = try graph { x in
      Activation.tanh(Dense(4, activation: .relu, name: "dense")(x), name: "tanh")
    }.fusingActivations()
    #expect(second.fusingActivations().dump == second.dump)
  }

  @Test func deadNodesAreRemoved() throws {
    var before = try graph { x in ReLU(name: "relu")(Dense(3, name: "dense")(x)) }
    before.outputs = [NodeID(1)]
    let unread = before.addInput(name: "unread", shape: [2])
    #expect(before.removingDeadNodes().nodes.map(\.name) == ["x", "dense", "unread"])
    #expect(before.removingDeadNodes(keepingInputs: false).nodes.map(\.name) == ["x", "dense"])
    #expect(before[unread].operation == .input)
  }

  @Test func everythingTogether() throws {
    let before = try graph { x in
      var y = ZeroPadding2D(Padding(bottom: 1, right: 1), name: "pad")(x)
      y = DepthwiseConv2D(kernelSize: 2, useBias: false, name: "depthwise")(y)
      y = ReLU(maxValue: 6, name: "relu")(BatchNormalization(name: "bn1")(y))
      y = BatchNormalization(name: "bn2")(Conv2D(4, kernelSize: 1, useBias: false, name: "project")(y))
      return Dropout(0.5, name: "dropout")(Add(name: "sum")([x, y]))
    }
    let after = before.optimizedForInference()
    #expect(
      after.dump == """
        %0 x = input (6, 5, 4)
        %1 depthwise = depthwise 2×2 pad 0,1,0,1 +bias +relu6(%0) [depthwise/kernel·bn1 depthwise/bias·bn1] (6, 5, 4)
        %2 project = convolution 1×1 +bias +residual(%1, %0) [project/kernel·bn2 project/bias·bn2] (6, 5, 4) → output
        """)
    let expected = try before.removingIdentities().results(for: [x], mode: .training)[0]
    #expect(try before.results(for: [x])[0].mismatch(expected, atol: 1e-5, rtol: 1e-5) == nil)
  }
}

extension SymbolicTensor {
  fileprivate var rectified: SymbolicTensor { ReLU(name: "relu")(self) }
}
