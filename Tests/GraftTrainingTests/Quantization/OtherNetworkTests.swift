import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import Testing

@testable import GraftTraining

/// What other networks are made of: whatever is no convolution stays floats, and all of it fits together.
@Suite struct OtherNetworkTests {
  private func expectNear(
    _ name: String, layers: Int, cosine: Double = 0.998, _ build: (SymbolicTensor) -> SymbolicTensor
  ) async throws {
    let input = Input(shape: [16, 16, 3], name: "\(name)_input")
    let model = Model(inputs: input, outputs: build(input), name: name)
    try model.assignFormulaWeights()
    model.isTrainable = false
    let x = FormulaTensor.make(name: "x", shape: [24, 16, 16, 3], role: .input)
    let expected = try await model.predict(x)
    let quantization = try await model.quantize(calibratedOn: x)
    #expect(quantization.layers.count == layers)
    #expect(quantization.leastSimilarity > cosine, "\(quantization.layers)")
    let result = try await model.predict(x)
    let largest = expected.elements.map(abs).max() ?? 0
    #expect(result.mismatch(expected, atol: 0.1 * largest) == nil)
  }

  private func conv(_ filters: Int, _ size: Extent, _ name: String, strides: Extent = 1) -> Conv2D {
    Conv2D(filters, kernelSize: size, strides: strides, padding: .same, name: name)
  }

  @Test func residualsUnderRectifiers() async throws {
    try await expectNear("resnet", layers: 7) { x in
      var y = ReLU(name: "r_stem_relu")(conv(16, 3, "r_stem")(x))
      y = MaxPooling2D(poolSize: 2, name: "r_max")(y)
      for block in 0..<2 {
        let shortcut = block == 0 ? conv(32, 1, "r\(block)_shortcut")(y) : y
        var z = ReLU(name: "r\(block)_relu1")(conv(16, 1, "r\(block)_1")(y))
        z = conv(32, 3, "r\(block)_2")(z)
        y = ReLU(name: "r\(block)_relu2")(Add(name: "r\(block)_add")([shortcut, z]))
      }
      y = ReLU(name: "r_last_relu")(conv(24, 1, "r_last")(y))
      return GlobalAveragePooling2D(name: "r_pool")(y)
    }
  }

  @Test func gatesAndSmoothActivations() async throws {
    try await expectNear("gates", layers: 4) { x in
      var y = ActivationLayer(.hardSwish, name: "g_stem_act")(conv(16, 3, "g_stem", strides: 2)(x))
      y = ActivationLayer(.swish, name: "g_expand_act")(conv(32, 1, "g_expand")(y))
      y = DepthwiseConv2D(kernelSize: 3, padding: .same, name: "g_depth")(y)
      y = ActivationLayer(.swish, name: "g_depth_act")(y)
      var gate = GlobalAveragePooling2D(keepDimensions: true, name: "g_squeeze")(y)
      gate = Conv2D(8, kernelSize: 1, activation: .relu, name: "g_reduce")(gate)
      gate = Conv2D(32, kernelSize: 1, activation: .hardSigmoid, name: "g_excite")(gate)
      y = Multiply(name: "g_gate")([y, gate])
      return GlobalAveragePooling2D(name: "g_pool")(conv(16, 1, "g_project")(y))
    }
  }

  @Test func branchesSideBySide() async throws {
    try await expectNear("branches", layers: 5) { x in
      let y = ReLU(name: "b_stem_relu")(conv(8, 3, "b_stem")(x))
      let one = ReLU(name: "b_one_relu")(conv(8, 1, "b_one")(y))
      let two = ReLU(name: "b_two_relu")(conv(8, 3, "b_two")(y))
      let three = conv(8, 1, "b_three")(AveragePooling2D(poolSize: 3, strides: 1, padding: .same, name: "b_avg")(y))
      let all = Concatenate(name: "b_all")([one, two, three])
      return GlobalAveragePooling2D(name: "b_pool")(ReLU(maxValue: 6, name: "b_last_relu")(conv(16, 1, "b_last")(all)))
    }
  }
}
