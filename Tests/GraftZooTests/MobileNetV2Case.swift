import Foundation
import GraftCore
import GraftLayers
import GraftTestSupport
import GraftZoo
import Testing

/// One network of the golden data: its arguments and what Keras says about its layers.
struct MobileNetV2Case: Sendable, CustomTestStringConvertible {
  static let all = [
    MobileNetV2Case(name: "1.0_224_top", side: 224, alpha: 1, includeTop: true),
    MobileNetV2Case(name: "1.0_160", side: 160, alpha: 1, includeTop: false),
    MobileNetV2Case(name: "0.35_96", side: 96, alpha: 0.35, includeTop: false),
  ]

  let name: String
  let side: Int
  let alpha: Double
  let includeTop: Bool

  var testDescription: String { name }

  /// The network with all weights by the formula, its layers named as in a new process.
  func network() async throws -> Model {
    let network = try await LayerNames.startingOver {
      try await MobileNetV2(weights: nil, includeTop: includeTop, inputShape: [side, side, 3], alpha: alpha)
    }
    try network.assignFormulaWeights()
    return network
  }

  /// The batch that the golden outputs belong to.
  var input: Tensor { FormulaTensor.make(name: "input", shape: [2, side, side, 3], role: .input) }

  /// Keras's numbers.
  func golden() throws -> GoldenFile { try GoldenFile("mobilenet/mobilenet_\(name)") }

  /// Keras's description of the layers.
  func description() throws -> Description {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Description.self, from: GoldenFile.contents(of: "mobilenet/mobilenet_layers_\(name).json"))
  }

  struct Description: Decodable {
    let model: String
    let parameters: Int
    let trainableParameters: Int
    let nonTrainableParameters: Int
    let layers: [LayerDescription]
  }

  struct LayerDescription: Decodable, Equatable {
    let name: String
    let className: String
    let inputs: [String]
    let outputShape: [Int?]
    let parameters: Int
    let variables: [VariableDescription]
  }

  struct VariableDescription: Decodable, Equatable {
    let name: String
    let shape: [Int]
    let trainable: Bool
  }
}
