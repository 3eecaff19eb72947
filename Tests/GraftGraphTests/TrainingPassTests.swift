import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

/// What training makes of a graph before it differentiates it.
@Suite struct TrainingPassTests {
  private let input = Input(shape: [6, 5, 4], name: "x")

  private func graph(_ output: SymbolicTensor, frozen: Layer...) throws -> Graph {
    let model = Model(inputs: input, outputs: output)
    try model.assignFormulaWeights()
    for layer in frozen { layer.isTrainable = false }
    return try model.graph()
  }

  @Test func rectifiersFuseIntoNormalizationsByTheBatch() throws {
    var x = BatchNormalization(name: "bn1")(Conv2D(4, kernelSize: 1, useBias: false, name: "conv1")(input))
    x = BatchNormalization(name: "bn2")(Conv2D(4, kernelSize: 1, useBias: false, name: "conv2")(ReLU(name: "relu")(x)))
    x = ActivationLayer(.swish, name: "swish")(BatchNormalization(name: "bn3")(ReLU(maxValue: 6, name: "relu6")(x)))
    #expect(
      try graph(x).fusingNormalizations().dump == """
        %0 x = input (6, 5, 4)
        %1 conv1 = convolution 1×1(%0) [conv1/kernel*] (6, 5, 4)
        %2 bn1 = batchNormalization of the batch +relu(%1) [bn1/gamma* bn1/beta* bn1/moving_mean~ bn1/moving_variance~] \
        (6, 5, 4)
        %3 conv2 = convolution 1×1(%2) [conv2/kernel*] (6, 5, 4)
        %4 bn2 = batchNormalization of the batch +relu6(%3) [bn2/gamma* bn2/beta* bn2/moving_mean~ bn2/moving_variance~] \
        (6, 5, 4)
        %5 bn3 = batchNormalization of the batch(%4) [bn3/gamma* bn3/beta* bn3/moving_mean~ bn3/moving_variance~] (6, 5, 4)
        %6 swish = swish(%5) (6, 5, 4) → output
        """)
  }

  @Test func rectifiersStayWhereFusionWouldBeWrong() throws {
    // The normalisation's result is read twice, or wanted; the normalisation is frozen; there is a rectifier already.
    let normal = BatchNormalization(name: "bn")(input)
    let read = try graph(Add(name: "sum")([ReLU(name: "relu")(normal), normal]))
    #expect(read.fusingNormalizations().dump == read.dump)
    var wanted = try graph(ReLU(name: "relu")(BatchNormalization(name: "bn")(input)))
    wanted.outputs = [NodeID(1), NodeID(2)]
    #expect(wanted.fusingNormalizations().dump == wanted.dump)
    let layer = BatchNormalization(name: "bn")
    let frozen = try graph(ReLU(name: "relu")(layer(input)), frozen: layer)
    #expect(frozen.fusingNormalizations().dump == frozen.dump)
    let twice = try graph(ReLU(maxValue: 6, name: "relu6")(ReLU(name: "relu")(BatchNormalization(name: "bn")(input))))
    let once = twice.fusingNormalizations()
    #expect(once.nodes.map(\.name) == ["x", "bn", "relu6"])
    #expect(once.fusingNormalizations().dump == once.dump)
  }

  @Test func frozenNormalizationsFoldIntoTrainableConvolutions() throws {
    let normals = (1...3).map { BatchNormalization(center: $0 != 2, scale: $0 != 3, name: "bn\($0)") }
    var x = normals[0](Conv2D(8, kernelSize: 3, useBias: false, name: "conv")(input))
    x = normals[1](DepthwiseConv2D(kernelSize: 1, depthMultiplier: 2, name: "depthwise")(x))
    x = normals[2](Conv2D(8, kernelSize: 1, groups: 4, name: "grouped")(x))
    #expect(
      try graph(x, frozen: normals[0], normals[1], normals[2]).foldingFrozenNormalization().dump == """
        %0 x = input (6, 5, 4)
        %1 conv = convolution 3×3 +affine(%0) [conv/kernel* bn1/scale bn1/offset] (4, 3, 8)
        %2 depthwise = depthwise 1×1 +bias +affine(%1) [depthwise/kernel* depthwise/bias* bn2/scale bn2/offset] (4, 3, 16)
        %3 grouped = convolution 1×1 groups 4 +bias +affine(%2) [grouped/kernel* grouped/bias* bn3/scale bn3/offset] \
        (4, 3, 8) → output
        """)
  }

  /// scale = γ / √(σ² + ε), offset = β − μ · scale.
  @Test func theConstantsAreThoseOfTheNormalization() throws {
    let normal = BatchNormalization(epsilon: 0.01, name: "bn")
    let folded = try graph(normal(Conv2D(3, kernelSize: 1, name: "conv")(input)), frozen: normal)
      .foldingFrozenNormalization()
    let values = Dictionary(uniqueKeysWithValues: folded.parameters.map { ($0.name, $0.value) })
    let (gamma, beta, mean, variance) = (
      normal.variables[0].value, normal.variables[1].value, normal.variables[2].value, normal.variables[3].value
    )
    let scale = (0..<3).map { Double(gamma[$0]) / (Double(variance[$0]) + Double(Float(0.01))).squareRoot() }
    let offset = (0..<3).map { Double(beta[$0]) - Double(mean[$0]) * scale[$0] }
    #expect(values["bn/scale"] == Tensor(scale.map { Float($0) }))
    #expect(values["bn/offset"] == Tensor(offset.map { Float($0) }))
  }

  @Test func frozenNormalizationsStayWhereFoldingWouldBeWrong() throws {
    // The convolution's result is read twice, or wanted.
    let normal = BatchNormalization(name: "bn")
    let conv = Conv2D(4, kernelSize: 1, name: "conv")(input)
    let read = try graph(Add(name: "sum")([normal(conv), conv]), frozen: normal)
    #expect(read.foldingFrozenNormalization().dump == read.dump)
    let other = BatchNormalization(name: "bn")
    var wanted = try graph(other(Conv2D(4, kernelSize: 1, name: "conv")(input)), frozen: other)
    wanted.outputs = [NodeID(1), NodeID(2)]
    #expect(wanted.foldingFrozenNormalization().dump == wanted.dump)
    // An activation stands between; the normalisation is trained; the convolution is frozen as well.
    let third = BatchNormalization(name: "bn")
    let activated = try graph(third(Conv2D(4, kernelSize: 1, activation: .relu, name: "conv")(input)), frozen: third)
    #expect(activated.foldingFrozenNormalization().dump == activated.dump)
    let trained = try graph(BatchNormalization(name: "bn")(Conv2D(4, kernelSize: 1, name: "conv")(input)))
    #expect(trained.foldingFrozenNormalization().dump == trained.dump)
    let (layer, fourth) = (Conv2D(4, kernelSize: 1, name: "conv"), BatchNormalization(name: "bn"))
    let frozen = try graph(fourth(layer(input)), frozen: layer, fourth)
    #expect(frozen.foldingFrozenNormalization().dump == frozen.dump)
    // A second normalisation does not fold into what has taken up a first one.
    let (fifth, sixth) = (BatchNormalization(name: "bn1"), BatchNormalization(name: "bn2"))
    let twice = try graph(sixth(fifth(Conv2D(4, kernelSize: 1, name: "conv")(input))), frozen: fifth, sixth)
      .foldingFrozenNormalization()
    #expect(twice.nodes.map(\.name) == ["x", "conv", "bn2"])
  }

  /// A block as fine-tuning sees it: frozen below, frozen normalisations, then trained ones.
  @Test func everythingTogether() throws {
    let below = Conv2D(4, kernelSize: 1, useBias: false, name: "below")
    let belowNormal = BatchNormalization(name: "bn0")
    let frozen = BatchNormalization(name: "bn1")
    var x = ReLU(name: "relu0")(belowNormal(below(input)))
    x = ZeroPadding2D(Padding(bottom: 1, right: 1), name: "pad")(x)
    x = DepthwiseConv2D(kernelSize: 2, useBias: false, name: "depthwise")(x)
    x = ReLU(maxValue: 6, name: "relu1")(frozen(x))
    x = Conv2D(4, kernelSize: 1, useBias: false, name: "project")(x)
    x = ReLU(maxValue: 6, name: "relu2")(BatchNormalization(name: "bn2")(x))
    x = Dropout(0.5, name: "dropout")(Add(name: "sum")([input, x]))
    #expect(
      try graph(x, frozen: below, belowNormal, frozen).optimizedForTraining().dump == """
        %0 x = input (6, 5, 4)
        %1 below = convolution 1×1 +bias(%0) [below/kernel·bn0 below/bias·bn0] (6, 5, 4)
        %2 relu0 = relu(%1) (6, 5, 4)
        %3 depthwise = depthwise 2×2 pad 0,1,0,1 +affine(%2) [depthwise/kernel* bn1/scale bn1/offset] (6, 5, 4)
        %4 relu1 = relu6(%3) (6, 5, 4)
        %5 project = convolution 1×1(%4) [project/kernel*] (6, 5, 4)
        %6 bn2 = batchNormalization of the batch +relu6(%5) [bn2/gamma* bn2/beta* bn2/moving_mean~ bn2/moving_variance~] \
        (6, 5, 4)
        %7 sum = add(%0, %6) (6, 5, 4)
        %8 dropout = dropout 0.5(%7) (6, 5, 4) → output
        """)
  }
}
