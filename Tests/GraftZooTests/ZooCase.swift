import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftZoo

/// A case of the golden data on the zoo.
struct ZooCase: Decodable {
  struct Arguments: Decodable {
    let alpha: Double?
  }

  let constructor: String
  let side: Int
  let takesPixels: Bool
  let gain: Double
  let arguments: Arguments
  let layers: [String]
  let parameters: Int
  let float64Deviation: [String: Float]

  /// The network without a top, its layers named as in a new process.
  ///
  /// - Parameter weights: Whether weights follow the formula.
  func network(weights: Bool = true) async throws -> Model {
    let shape: Shape = [side, side, 3]
    let network = try await LayerNames.startingOver {
      if constructor == "MobileNet" {
        return try await MobileNet(
          weights: nil, includeTop: false, inputShape: shape, alpha: arguments.alpha ?? 1, pooling: .average)
      }
      return try await BaseNetwork.network(
        named: constructor, weights: nil, includeTop: false, inputShape: shape, pooling: .average)
    }
    if weights { try network.assignFormulaWeights(gain: gain) }
    return network
  }

  /// The batch of two.
  var pictures: Tensor {
    FormulaTensor.pictures(count: 2, height: side, width: side, takesPixels: takesPixels)
  }
}
