import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Normalisation by the batch as training runs it: with the rectifier that follows, and by several workers.
@Suite struct BatchNormalizationTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let shape: Shape
    let activation: Activation
    let hasScale: Bool
    let hasOffset: Bool

    var testDescription: String {
      "\(activation) of \(shape)\(hasScale ? ", gamma" : "")\(hasOffset ? ", beta" : "")"
    }
  }

  // Vector lengths and their remainders; rows below the 64 of a chunk, and some chunks with a remainder.
  static let cases: [Case] = ([[2, 3], [33, 17], [3, 4, 5, 18], [5, 7, 7, 16]] as [Shape]).flatMap { shape in
    [Activation.linear, .relu, .relu6].flatMap { activation in
      [(true, true), (true, false), (false, true), (false, false)].map {
        Case(shape: shape, activation: activation, hasScale: $0, hasOffset: $1)
      }
    }
  }

  /// The fused kernels against the reference, which differences have checked.
  @Test(arguments: cases) func fusedRectifiers(_ example: Case) throws {
    let (shape, activation) = (example.shape, example.activation)
    let input = Input(shape: shape.droppingFirst)
    let normal = BatchNormalization(
      momentum: 0.8, center: example.hasOffset, scale: example.hasScale, name: "normal")
    let model = Model(
      inputs: input, outputs: ActivationLayer(activation, name: "rectifier")(normal(input)), name: "model")
    try model.assignFormulaWeights()
    // Stretched and moved, so that relu6 cuts at both ends.
    for variable in normal.variables {
      switch variable.name {
      case "gamma": try variable.assign(Tensor(variable.value.elements.map { $0 * 3 }))
      case "beta": try variable.assign(Tensor(variable.value.elements.map { $0 * 20 + (example.hasScale ? 2 : 3) }))
      default: break
      }
    }

    let x = FormulaTensor.make(name: "input", shape: shape, role: .input)
    let trained = normal.variables.filter(\.followsGradient)
    let reference = ChainReference(
      NormalizationReference(
        epsilon: 1e-3, hasScale: example.hasScale, hasOffset: example.hasOffset, usesGivenStatistics: false),
      ActivationReference(activation))
    let operands = ([x] + trained.map(\.value)).map(ReferenceArray.init)
    let expected = reference.result(operands)
    if shape.count > 100 {
      #expect(expected.elements.contains(0) == (activation != .linear))
      if activation == .relu6, example.hasOffset { #expect(expected.elements.contains(6)) }
    }
    let upstream = FormulaTensor.make(name: "upstream", shape: shape, role: .input)
    let gradients = reference.gradients(operands, upstream: ReferenceArray(upstream))

    let before = normal.variables.suffix(2).map { $0.value.elements.map(Double.init) }
    let probe = try GradientProbe(model, inputs: [x], upstream: upstream, ofLayers: ["normal"], isOptimized: true)
    // Values up to 9, gradients up to 10, sums of up to 245 of them: some units in float32's last place of each.
    #expect(probe.output.mismatch(expected.tensor, atol: 1e-5, rtol: 1e-5) == nil)
    #expect(probe.inputGradients[0].mismatch(gradients[0].tensor, atol: 2e-5, rtol: 2e-5) == nil)
    #expect(probe.gradients.count == trained.count)
    for (variable, expected) in zip(trained, gradients.dropFirst()) {
      let gradient = try #require(probe.gradients["normal/\(variable.name)"])
      #expect(gradient.mismatch(expected.tensor, atol: 2e-5, rtol: 2e-5) == nil, "\(variable.name)")
    }
    let batch = NormalizationReference.statistics(operands[0])
    for (name, old, new) in [("mean", before[0], batch.mean), ("variance", before[1], batch.variance)] {
      let moved = Tensor(zip(old, new).map { Float(0.8 * $0 + 0.2 * $1) })
      #expect(probe.state["normal/moving_\(name)"]?.mismatch(moved, atol: 1e-6, rtol: 1e-6) == nil)
    }
  }

  // MARK: Workers

  /// Convolutions, normalisations and rectifiers of every kind, as training runs them.
  private func step() throws -> Graph {
    let input = Input(shape: [6, 5, 3])
    var x = Conv2D(12, kernelSize: 3, useBias: false, name: "conv")(input)
    x = ReLU(maxValue: 6, name: "conv_relu")(BatchNormalization(momentum: 0.8, name: "conv_bn")(x))
    let trunk = x
    x = DepthwiseConv2D(kernelSize: 3, padding: .same, useBias: false, name: "conv_depthwise")(x)
    x = ActivationLayer(.relu, name: "depthwise_relu")(
      BatchNormalization(momentum: 0.9, scale: false, name: "depthwise_bn")(x))
    x = Conv2D(12, kernelSize: 1, useBias: false, name: "project")(x)
    x = BatchNormalization(momentum: 0.7, center: false, name: "project_bn")(x)
    x = GlobalAveragePooling2D(name: "pool")(Add(name: "sum")([trunk, x]))
    let model = Model(inputs: input, outputs: Dense(3, activation: .softmax, name: "classes")(x))
    try model.assignFormulaWeights()
    return try model.graph().optimizedForTraining()
      .differentiated(loss: LossFunction(.sparseCategoricalCrossentropy), targetShape: [])
  }

  private func batch(_ count: Int) -> [Tensor] {
    [
      FormulaTensor.make(name: "pictures", shape: [count, 6, 5, 3], role: .input),
      Tensor((0..<count).map { Float($0 * 7 % 3) }),
      // Unequal weights, so that a sample that meets another's weight is seen.
      Tensor((0..<count).map { Float(1 + $0 % 4) / Float(2 * count) }),
    ]
  }

  @Test(arguments: [[4, 7], [7, 4], [1, 10], [2, 5, 4], [9, 1, 1]]) func workersNormalizeByTheWholeBatch(
    _ parts: [Int]
  ) throws {
    let step = try step()
    let alone = try SplitRun(step, inputs: batch(11), parts: [11])
    let shared = try SplitRun(step, inputs: batch(11), parts: parts)
    #expect(alone.gradients.count == 9 && alone.state.count == 6)
    #expect(shared.predictions.mismatch(alone.predictions, rtol: 2e-5) == nil)
    #expect(shared.losses.mismatch(alone.losses, rtol: 2e-5) == nil)
    #expect(shared.gradients.keys == alone.gradients.keys)
    for (name, expected) in alone.gradients {
      #expect(shared.gradients[name]?.mismatch(expected, atol: 2e-6, rtol: 1e-4) == nil, "\(name)")
    }
    // Moved once: a second move would be off by a tenth to a third of the way.
    #expect(shared.state.keys == alone.state.keys)
    for (name, expected) in alone.state {
      #expect(shared.state[name]?.mismatch(expected, atol: 1e-6, rtol: 1e-6) == nil, "\(name)")
    }
  }

  @Test func theSameWorkersGiveTheSameBits() throws {
    let step = try step()
    let first = try SplitRun(step, inputs: batch(11), parts: [2, 5, 4])
    for _ in 0..<5 {
      let again = try SplitRun(step, inputs: batch(11), parts: [2, 5, 4])
      #expect(again.gradients == first.gradients && again.state == first.state && again.losses == first.losses)
    }
  }

  /// Results that the reverse pass computes once more are the same bits.
  @Test(arguments: [0.4, 1]) func replayingChangesNothing(share: Double) throws {
    let kept = try step()
    let replayed = kept.replayingNormalizations(share: share)
    #expect(replayed.nodes.count > kept.nodes.count)
    for parts in [[11], [4, 7]] {
      let (first, second) = (
        try SplitRun(kept, inputs: batch(11), parts: parts), try SplitRun(replayed, inputs: batch(11), parts: parts)
      )
      #expect(second.gradients == first.gradients && second.state == first.state && second.losses == first.losses)
    }
  }

  /// A worker's part alone would be normalised by its own statistics: not what is wanted, and not what comes out.
  @Test func aPartAloneIsAnotherBatch() throws {
    let step = try step()
    let whole = try SplitRun(step, inputs: batch(11), parts: [4, 7])
    let part = try SplitRun(step, inputs: batch(11).map { $0.rows(0..<4) }, parts: [4])
    #expect(part.losses.mismatch(whole.losses.rows(0..<4), rtol: 1e-3) != nil)
  }
}
