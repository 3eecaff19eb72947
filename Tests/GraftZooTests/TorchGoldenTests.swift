import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftRuntime
import GraftTestSupport
import GraftZoo
import Testing

/// Small networks of torchvision, timm and others, through safetensors under their names: recognised by them, features and logits
/// within rounding. `make fidelity` has all networks.
@Suite(.timeLimit(.minutes(60))) struct TorchGoldenTests {
  static let cases = [
    "efficientnet_lite_pytorch_efficientnet-lite0", "efficientnet_pytorch_efficientnet-b0", "timm_convnext_tiny",
    "timm_efficientnet_b0", "timm_efficientnet_lite0", "timm_mobilenetv2_100", "timm_mobilenetv3_large_100",
    "timm_tf_efficientnet_b0", "timm_tf_efficientnet_lite0", "timm_tf_mobilenetv3_small_100",
    "torchvision_convnext_tiny", "torchvision_efficientnet_b0", "torchvision_mobilenet_v2",
    "torchvision_mobilenet_v3_small", "torchvision_resnet18", "torchvision_resnet50",
  ]

  private static func folder() throws -> String {
    let path = NSTemporaryDirectory() + "graft-torch-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  @Test func everyCaseIsListed() throws {
    #expect(try GoldenFile.cases(in: "torch_zoo") == Self.cases.map { "torch_zoo/\($0)" })
  }

  @Test(arguments: cases) func networksAreTorchs(_ name: String) async throws {
    let golden = try GoldenFile("torch_zoo/\(name)")
    let example = try golden.parameters(TorchCase.self)
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try example.write(to: folder)

    // Nothing is said but the file's path.
    let base = try await BaseNetwork(path, imageSize: example.side)
    #expect(base.source.hasPrefix(example.constructor + " "))
    let features = try base.model.results(for: example.pictures)
    #expect(features.mismatch(try golden.tensor("features"), atol: 1e-4, rtol: 1e-4) == nil)

    // The same by its constructor, with the top.
    let application = try #require(example.application)
    let network = try await application(
      weights: .file(path), inputShape: example.shape, classifierActivation: .linear)
    #expect(network.parameterCount == application.entry.parameterCountWithTop)
    let logits = try network.results(for: example.pictures)
    let expected = try golden.tensor("logits")
    let stored = Tensor(shape: expected.shape) { target in
      for index in target.indices {
        let (row, column) = index.quotientAndRemainder(dividingBy: expected.shape[1])
        target.initializeElement(at: index, to: logits[row, column])
      }
    }
    #expect(stored.mismatch(expected, atol: 1e-4, rtol: 1e-4) == nil)
    // The promise means something only where torch in float32 keeps it against torch in float64.
    for tensor in ["features", "logits"] { #expect(try #require(example.float64Deviation[tensor]) < 1e-4) }
  }

  @Test func picturesEnterAsTheirPublishersHaveThem() async throws {
    let expected: [String: Preprocessing] = [
      "timm_efficientnet_lite0": .torch, "timm_tf_efficientnet_lite0": .centredBy127,
      "timm_tf_mobilenetv3_small_100": .scaledToMinusOneToOne,
    ]
    for (name, preprocessing) in expected {
      let example = try GoldenFile("torch_zoo/\(name)").parameters(TorchCase.self)
      let folder = try Self.folder()
      defer { try? FileManager.default.removeItem(atPath: folder) }
      #expect(try await BaseNetwork(example.write(to: folder), imageSize: 64).model.preprocessing == preprocessing)
    }
    // Weights that were trained on other pixels: what is said wins.
    let example = try GoldenFile("torch_zoo/timm_efficientnet_b0").parameters(TorchCase.self)
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let other = try await BaseNetwork(
      example.write(to: folder), imageSize: 64, preprocessing: .scaledToMinusOneToOne)
    #expect(other.model.preprocessing == .scaledToMinusOneToOne)
    for network in TorchCase.constructors {
      let isLite = network.entry.className.hasPrefix("EfficientNetLite")
      let model = try await network(weights: nil, includeTop: false, inputShape: [64, 64, 3])
      #expect(model.preprocessing == (isLite ? .centredBy127 : .torch), "\(network.entry.className)")
    }
  }

  /// Where names are alike, those of the hub's folders say it in the file beside them.
  @Test func theFileBesideTellsTensorFlowsNetworks() async throws {
    let example = try GoldenFile("torch_zoo/timm_tf_efficientnet_b0").parameters(TorchCase.self)
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/model.safetensors"
    try FileManager.default.moveItem(atPath: example.write(to: folder), toPath: path)
    #expect(try await BaseNetwork(path, imageSize: 64).source.contains("TorchEfficientNetB0"))
    #expect(try await padsLikeTensorFlow(path) == false)
    try #"{"architecture": "tf_efficientnet_b0", "num_classes": 1000}"#
      .write(toFile: folder + "/config.json", atomically: true, encoding: .utf8)
    #expect(try await padsLikeTensorFlow(path))
  }

  private func padsLikeTensorFlow(_ path: String) async throws -> Bool {
    let model = try await BaseNetwork(path, imageSize: 64).model
    return !model.allLayers.contains { $0 is ZeroPadding2D }
  }

  @Test func networksOfSeveralProcessesAreReadToo() async throws {
    let golden = try GoldenFile("torch_zoo/torchvision_resnet18")
    let example = try golden.parameters(TorchCase.self)
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try example.write(to: folder) { ("module." + $0, $1) }
    let features = try await BaseNetwork(path, imageSize: 64).model.results(for: example.pictures)
    #expect(features.mismatch(try golden.tensor("features"), atol: 1e-4, rtol: 1e-4) == nil)
  }

  @Test func whatDoesNotFitIsNamed() async throws {
    let example = try GoldenFile("torch_zoo/torchvision_resnet18").parameters(TorchCase.self)
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }

    var path = try example.write(to: folder) { $0.hasPrefix("layer4.1.") ? nil : ($0, $1) }
    var error = try await #require(throws: GraftError.self) { _ = try await BaseNetwork(path) }
    #expect(error.code == .weightMismatch)
    #expect(error.message.contains("The nearest is TorchResNet18"))
    #expect(error.message.contains("Missing: layer4.1.conv1, layer4.1.bn1, layer4.1.conv2"))

    path = try example.write(to: folder) { ("encoder." + $0, $1) }
    error = try await #require(throws: GraftError.self) { _ = try await BaseNetwork(path) }
    #expect(error.message.contains("are of no torch network that is known here"))
    #expect(error.message.contains("TorchConvNeXtTiny"))

    // All names of the network, but twice the width somewhere.
    path = try example.write(to: folder) { name, tensor in
      name == "conv1.weight" ? (name, Tensor(repeating: 0, shape: [64, 3, 9, 9])) : (name, tensor)
    }
    error = try await #require(throws: GraftError.self) { _ = try await BaseNetwork(path) }
    #expect(error.message.contains("The names are those of TorchResNet18"))
    error = try await #require(throws: GraftError.self) {
      _ = try await TorchResNet18(weights: .file(path), includeTop: false)
    }
    #expect(error.message.contains("conv1.weight: expected (64, 3, 7, 7), received (64, 3, 9, 9)"))

    error = try await #require(throws: GraftError.self) {
      _ = try await ResNet50(weights: .file(path), includeTop: false)
    }
    #expect(error.code == .unsupported)
    #expect(error.message.contains("has weights of torch"))
  }

  @Test func otherNumbersOfClassesAreRead() async throws {
    let example = try GoldenFile("torch_zoo/torchvision_resnet18").parameters(TorchCase.self)
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try example.write(to: folder) { name, tensor in
      name.hasPrefix("fc.") ? (name, Tensor(repeating: 1, shape: name == "fc.bias" ? [7] : [7, 512])) : (name, tensor)
    }
    #expect(try await BaseNetwork(path, imageSize: 64).source.hasPrefix("TorchResNet18"))
    let network = try await TorchResNet18(weights: .file(path), inputShape: [64, 64, 3], classes: 7)
    #expect(network.output.shape == [7])
  }

  @Test func everyConstructorIsInTheCatalogue() throws {
    #expect(
      BaseNetwork.catalogue.suffix(TorchCase.constructors.count).map(\.className)
        == TorchCase.constructors.map(\.entry.className))
    #expect(BaseNetwork.catalogue.count == 65)
  }

  private static let oneOfEachFamily = [
    EfficientNetLite0, TorchMobileNetV2, TorchMobileNetV3Small, TorchEfficientNetB0, TorchResNet18, TorchResNet50,
    TorchConvNeXtTiny,
  ]

  @Test(arguments: oneOfEachFamily.indices) func configurationsMakeTheSameNetwork(_ index: Int) async throws {
    let network = try await Self.oneOfEachFamily[index](weights: nil, inputShape: [64, 64, 3])
    let copy = try ModelReader.model(network.modelConfiguration)
    #expect(copy.layers.map(\.name) == network.layers.map(\.name))
    #expect(copy.ownedVariables.map(\.variable.shape) == network.ownedVariables.map(\.variable.shape))
    #expect(try copy.graph().dump == network.graph().dump)
    #expect(copy.preprocessing == network.preprocessing)
  }

  /// Torch's zeros at the border, activations and sums cost nothing of their own, and nothing is reordered.
  @Test(arguments: oneOfEachFamily.indices.dropLast()) func everythingIsFused(_ index: Int) async throws {
    let network = try await Self.oneOfEachFamily[index](weights: nil, includeTop: false, inputShape: [64, 64, 3])
    let graph = try network.graph().frozen().optimizedForInference()
    #expect(try ExecutionPlan(network.graph(), batchSize: 1, mode: .inference).reorderCount == 0)
    for id in graph.ids {
      switch graph[id].operation {
      case .activation, .add, .zeroPadding, .batchNormalization:
        Issue.record("\(graph[id].name): \(graph[id].operation.summary)")
      default: break
      }
    }
  }

  /// Numbers of the table against networks that are built.
  @Test(arguments: constructorIndices) func theTableIsRight(_ index: Int) async throws {
    let network = TorchCase.constructors[index]
    let base = try await network(weights: nil, includeTop: false, inputShape: [64, 64, 3], pooling: .average)
    let whole = try await network(weights: nil, inputShape: [64, 64, 3])
    #expect(base.parameterCount == network.entry.parameterCount)
    #expect(whole.parameterCount == network.entry.parameterCountWithTop)
    #expect(base.allLayers.contains { $0.name == network.entry.lastStage })
  }

  static let constructorIndices = Array(0..<25)
}
