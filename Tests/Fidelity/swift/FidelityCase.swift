import Foundation
import GraftCore
import GraftGraph
import GraftLayers
import GraftZoo

/// What `fidelity.py` writes into `case.json`: which network, made how, and what of it is trained for one step.
struct FidelityCase: Decodable {
  let constructor: String
  let includeTop: Bool
  let inputShape: [Int]
  let pooling: String?
  let alpha: Double?
  let depthMultiplier: Int?
  let minimalistic: Bool?
  let includePreprocessing: Bool?
  let classifierActivation: String?
  let step: Step?

  struct Step: Decodable {
    /// The first layer that is trained.
    let from: String
    let labels: [Int]
    let classes: Int
    let learningRate: Double
  }

  /// The network with the weights of a file, its layers named as in a new process.
  func network(weights: String) async throws -> Model {
    try await LayerNames.startingOver { try await make(weights: .file(weights)) }
  }

  private func make(weights: PretrainedWeights) async throws -> Model {
    let shape = Shape(inputShape)
    let pooling: FeaturePooling? = pooling == "avg" ? .average : pooling == "max" ? .max : nil
    let isLinear = classifierActivation == "linear"
    switch constructor {
    case "MobileNet":
      return try await MobileNet(
        weights: weights, includeTop: includeTop, inputShape: shape, alpha: alpha ?? 1,
        depthMultiplier: depthMultiplier ?? 1, pooling: pooling, classifierActivation: isLinear ? .linear : .softmax)
    case "MobileNetV2":
      return try await MobileNetV2(
        weights: weights, includeTop: includeTop, inputShape: shape, alpha: alpha ?? 1, pooling: pooling,
        classifierActivation: isLinear ? .linear : .softmax)
    case "MobileNetV3Small", "MobileNetV3Large":
      return try await (constructor.hasSuffix("Small") ? MobileNetV3Small : MobileNetV3Large)(
        weights: weights, includeTop: includeTop, inputShape: shape, alpha: alpha ?? 1,
        minimalistic: minimalistic ?? false, pooling: pooling, classifierActivation: isLinear ? .linear : .softmax,
        includePreprocessing: includePreprocessing ?? true)
    default: break
    }
    if includePreprocessing == false {
      let networks = [
        EfficientNetV2B0, EfficientNetV2S, ConvNeXtTiny,
      ]
      guard let network = networks.first(where: { $0.entry.className == constructor }) else {
        throw GraftError(.unsupported, "No case of \(constructor) without preprocessing is known.")
      }
      return try await network(
        weights: weights, includeTop: includeTop, inputShape: shape, pooling: pooling,
        classifierActivation: isLinear ? .linear : .softmax, includePreprocessing: false)
    }
    return try await BaseNetwork.network(
      named: constructor, weights: weights, includeTop: includeTop, inputShape: shape, pooling: pooling)
  }
}
