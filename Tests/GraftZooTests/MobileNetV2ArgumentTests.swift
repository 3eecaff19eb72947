import GraftCore
import GraftGraph
import GraftLayers
import GraftZoo
import Testing

/// What MobileNetV2 refuses, each with its reason; nothing is downloaded first.
@Suite struct MobileNetV2ArgumentTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    var weights: PretrainedWeights?
    var includeTop = true
    var inputShape: Shape?
    var alpha = 1.0
    var classes = 1000
    let reason: String

    var testDescription: String { reason }
  }

  static let refusals = [
    Refusal(inputShape: [224, 224], reason: "inputShape must be [height, width, channels]. Received: (224, 224)."),
    Refusal(
      weights: .imageNet, includeTop: false, inputShape: [224, 224, 1],
      reason: "ImageNet weights need 3 channels. Received: inputShape (224, 224, 1)."),
    Refusal(
      inputShape: [224, 224, 0], reason: "inputShape needs at least one channel. Received: (224, 224, 0)."),
    Refusal(
      weights: .imageNet, inputShape: [100, 100, 3],
      reason: """
        With includeTop and ImageNet weights inputShape must be one of the sizes that weights exist for, here \
        (224, 224, 3). Received: (100, 100, 3). Use includeTop: false for other sizes.
        """),
    Refusal(
      includeTop: false, inputShape: [31, 64, 3],
      reason: "The input must be at least 32×32. Received: inputShape (31, 64, 3)."),
    Refusal(
      includeTop: false, inputShape: [64, 31, 3],
      reason: "The input must be at least 32×32. Received: inputShape (64, 31, 3)."),
    Refusal(classes: 0, reason: "classes must be positive. Received: 0."),
    Refusal(
      weights: .imageNet, classes: 5,
      reason: """
        ImageNet weights with includeTop have 1000 classes. Received: classes 5. Use includeTop: false and a Dense \
        layer of your own.
        """),
    Refusal(alpha: 0, reason: "alpha must lie above 0 and be at most 100. Received: 0.0."),
    Refusal(alpha: -1, reason: "alpha must lie above 0 and be at most 100. Received: -1.0."),
    Refusal(alpha: .infinity, reason: "alpha must lie above 0 and be at most 100. Received: inf."),
    Refusal(alpha: .nan, reason: "alpha must lie above 0 and be at most 100. Received: nan."),
    Refusal(
      weights: .imageNet, includeTop: false, alpha: 0.4,
      reason: "ImageNet weights exist for alpha 0.35, 0.5, 0.75, 1.0, 1.3, 1.4. Received: alpha 0.4."),
  ]

  @Test(arguments: refusals) func refuses(_ refusal: Refusal) async throws {
    await #expect(throws: GraftError(.invalidArgument, refusal.reason)) {
      _ = try await MobileNetV2(
        weights: refusal.weights, includeTop: refusal.includeTop, inputShape: refusal.inputShape, alpha: refusal.alpha,
        classes: refusal.classes)
    }
  }

  @Test func namesTheMissingWeightsFile() async throws {
    let error = try await #require(throws: GraftError.self) {
      _ = try await MobileNetV2(weights: .file("/nowhere/weights.h5"), includeTop: false)
    }
    #expect(error.code == .fileNotFound)
    #expect(error.message.contains("/nowhere/weights.h5"))
  }

  @Test func defaultsAreKerass() async throws {
    let network = try await MobileNetV2(weights: nil)
    #expect(network.name == "mobilenetv2_1.00_224")
    #expect(network.input.shape == [224, 224, 3])
    #expect(network.output.shape == [1000])
    #expect(network.parameterCount == 3_538_984)
    #expect(network.preprocessing == .scaledToMinusOneToOne)
  }

  @Test func poolingAndClassesShapeTheOutput() async throws {
    let shape: Shape = [64, 32, 3]
    let plain = try await MobileNetV2(weights: nil, includeTop: false, inputShape: shape)
    #expect(plain.output.shape == [2, 1, 1280])
    let average = try await MobileNetV2(weights: nil, includeTop: false, inputShape: shape, pooling: .average)
    #expect(average.output.shape == [1280])
    #expect(average.layers.last is GlobalAveragePooling2D)
    let max = try await MobileNetV2(weights: nil, includeTop: false, inputShape: shape, pooling: .max)
    #expect(max.layers.last is GlobalMaxPooling2D)
    let wide = try await MobileNetV2(
      weights: nil, inputShape: shape, alpha: 1.4, classes: 7, classifierActivation: .linear, name: "wide")
    #expect(wide.name == "wide")
    #expect(wide.output.shape == [7])
    #expect(try wide.layer(named: "Conv_1").output.shape == [2, 1, 1792])
  }
}
