import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// Every family of the zoo out to ONNX and back, and PyTorch's files as bases.
@Suite(.timeLimit(.minutes(60))) struct ZooONNXTests {
  /// A file that is removed with its owner.
  private final class File {
    let path = FileManager.default.temporaryDirectory.appending(path: "graft-zoo-\(UUID()).onnx").path()
    deinit { try? FileManager.default.removeItem(atPath: path) }
  }

  @Test("A network that is written and read again computes the same", arguments: ZooGoldenTests.cases)
  func families(_ name: String) async throws {
    let example = try GoldenFile("zoo/\(name)").parameters(ZooCase.self)
    try expectSame(try await example.network(), for: example.pictures)
  }

  @Test("MobileNetV2 with its top") func mobileNetV2() async throws {
    let network = try await LayerNames.startingOver {
      try await MobileNetV2(weights: nil, includeTop: true, inputShape: [96, 96, 3], alpha: 0.35)
    }
    try network.assignFormulaWeights()
    try expectSame(network, for: FormulaTensor.pictures(count: 2, height: 96, width: 96, takesPixels: false))
  }

  private func expectSame(_ network: Model, for pictures: Tensor) throws {
    let file = File()
    try ONNXFile.write(network, to: file.path)
    let model = try ONNXModel(contentsOf: file.path).model()
    #expect(model.input.shape == network.input.shape)
    let mismatch = try model.results(for: pictures).mismatch(network.results(for: pictures), atol: 1e-5, rtol: 1e-5)
    #expect(mismatch == nil, "\(mismatch ?? "")")
  }

  private func path(_ name: String) -> String {
    GoldenFile.folder.appending(path: "onnx_models/\(name).onnx").path()
  }

  @Test("A file of PyTorch's is a base: cut at its last pooling, frozen, with PyTorch's preprocessing")
  func base() async throws {
    let base = try await BaseNetwork(path("torch_residual_17"))
    #expect(base.cut == "avgpool.globalaveragepool" && base.model.output.shape == [6])
    #expect(base.model.preprocessing == .torch && base.source.contains("written by pytorch"))
    #expect(base.model.layers.allSatisfy { !$0.isTrainable } && base.weightsDigest?.count == 64)
    let larger = try await BaseNetwork(path("torch_residual_17"), imageSize: 32, preprocessing: .unit)
    #expect(larger.model.input.shape == [32, 32, 3] && larger.model.preprocessing == .unit)
    // The top of this one takes no other size; the base has none of it.
    let flat = try await BaseNetwork(path("torch_flat_17"), cut: "features.2.maxpool", imageSize: 20)
    #expect(flat.model.input.shape == [20, 20, 3] && flat.model.output.shape == [4])
    // A network that scales its input itself takes pixels; of this one nothing is known.
    #expect(try await BaseNetwork(path("channels_last"), cut: "conv").model.preprocessing == Preprocessing.none)
    let error = await #expect(throws: GraftError.self) { try await BaseNetwork(path("operators_20"), cut: "pads") }
    #expect(error?.message.contains("--preprocess") == true)
  }

  @Test("A squeeze-and-excite's pooling is none to cut at")
  func gate() throws {
    let x = Input(shape: [8, 8, 3], preprocessing: .torch, name: "in")
    let y = Conv2D(4, kernelSize: 3, name: "conv")(x)
    let gate = Conv2D(4, kernelSize: 1, activation: .sigmoid, name: "excite")(
      GlobalAveragePooling2D(keepDimensions: true, name: "squeeze")(y))
    let picture = Multiply(name: "gated")([y, gate])
    #expect(try BaseNetwork(Model(inputs: x, outputs: picture), source: "test").cut == "gated")
    let pooled = GlobalAveragePooling2D(name: "pool")(picture)
    let whole = Model(inputs: x, outputs: Dense(2, name: "top")(pooled))
    #expect(try BaseNetwork(whole, source: "test").cut == "pool")
  }

  @Test("A base's layers can be trained from one of them on")
  func fineTuning() async throws {
    let base = try await BaseNetwork(path("torch_residual_17"))
    try base.model.unfreeze(from: "layer1.0")
    #expect(base.model.allLayers.filter(\.isTrainable).contains { $0.name == "layer1.0" })
    #expect(try !base.model.layer(named: "conv1").isTrainable)
    #expect(base.model.trainableParameterCount == 6 * 6 * 9 + 6)
  }
}
