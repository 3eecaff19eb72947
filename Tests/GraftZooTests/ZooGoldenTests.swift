import GraftCore
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// One small network of every family against keras.applications: layers' names to the letter, pooled features within rounding.
/// `make fidelity` has all networks.
@Suite(.timeLimit(.minutes(60))) struct ZooGoldenTests {
  static let cases = [
    "ConvNeXtTiny", "DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "InceptionResNetV2", "InceptionV3",
    "MobileNet",
    "MobileNetV3Small", "NASNetMobile", "ResNet50", "ResNet50V2", "VGG16", "Xception",
  ]

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "zoo") == Self.cases.map { "zoo/\($0)" })
  }

  @Test(arguments: cases) func networksAreKerass(_ name: String) async throws {
    let golden = try GoldenFile("zoo/\(name)")
    let example = try golden.parameters(ZooCase.self)
    let network = try await example.network()
    #expect(network.layers.map(\.name) == example.layers)
    #expect(network.parameterCount == example.parameters)
    let output = try network.results(for: example.pictures)
    #expect(output.mismatch(try golden.tensor("output"), atol: 1e-4, rtol: 1e-4) == nil)
    // The promise means something only where Keras in float32 keeps it against Keras in float64.
    #expect(try #require(example.float64Deviation["output"]) < 1e-4)
  }

  @Test(arguments: cases) func configurationsMakeTheSameNetwork(_ name: String) async throws {
    let example = try GoldenFile("zoo/\(name)").parameters(ZooCase.self)
    let network = try await example.network(weights: false)
    let copy = try ModelReader.model(network.modelConfiguration)
    #expect(copy.layers.map(\.name) == network.layers.map(\.name))
    #expect(copy.allLayers.map(\.className) == network.allLayers.map(\.className))
    #expect(copy.ownedVariables.map(\.variable.shape) == network.ownedVariables.map(\.variable.shape))
    #expect(try copy.graph().dump == network.graph().dump)
    #expect(copy.preprocessing == network.preprocessing)
  }

  /// Behind fusion, nothing is left of what convolutions can do by the way, and nothing is reordered.
  @Test(arguments: ["EfficientNetB0", "MobileNetV3Small", "ResNet50"])
  func everythingIsFused(_ name: String) async throws {
    let example = try GoldenFile("zoo/\(name)").parameters(ZooCase.self)
    let network = try await example.network(weights: false)
    let graph = try network.graph().frozen().optimizedForInference()
    #expect(try ExecutionPlan(network.graph(), batchSize: 1, mode: .inference).reorderCount == 0)
    for id in graph.ids {
      switch graph[id].operation {
      case .activation, .add, .zeroPadding: Issue.record("\(graph[id].name): \(graph[id].operation.summary)")
      case .batchNormalization: #expect(graph[id].name == "normalization")
      case .rescaling: #expect(graph[id].name == "rescaling")
      default: break
      }
    }
  }
}
