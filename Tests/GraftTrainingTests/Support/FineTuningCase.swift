import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftZoo

@testable import GraftTraining

/// A case of the golden data on fine-tuning: MobileNetV2 under a new head, and what of it is trained.
struct FineTuningCase: Decodable {
  struct Arguments: Decodable {
    let learningRate: Double
    let momentum: Double?
  }

  /// `head`, `whole`, or the first layer that is trained, batch normalisations left out.
  let part: String
  let optimizer: String
  let optimizerArguments: Arguments
  let classes: Int
  let side: Int
  let labels: [Int]
  /// Patches of a picture are squares of so many pixels.
  let patch: Int
  let batches: [[Int]]
  /// Normalisations whose gamma is not the formula's, but `damping` times that.
  let damped: [String]
  let damping: Float
  /// How far each of Keras's tensors is from the same in float64.
  let float64Deviation: [String: Float]

  /// The network with its first weights, frozen as the case says.
  func model() async throws -> Model {
    try await LayerNames.startingOver {
      let base = try await MobileNetV2(
        weights: nil, includeTop: false, inputShape: [side, side, 3], alpha: 0.35, pooling: .average)
      let model = Model(
        inputs: base.input, outputs: Dense(classes, activation: .softmax, name: "predictions")(base.output))
      try model.assignFormulaWeights()
      for name in damped {
        let gamma = try base.layer(named: name).variables[0]
        try gamma.assign(Tensor(gamma.value.elements.map { $0 * damping }))
      }
      switch part {
      case "head": base.freeze()
      case "whole": base.unfreeze(batchNorm: .train)
      default: try base.unfreeze(from: part, batchNorm: .frozen)
      }
      return model
    }
  }

  /// Noise on coarse patches.
  var pictures: Tensor {
    let patches = side / patch
    let noise = FormulaTensor.make(name: "noise", shape: [labels.count, side, side, 3], role: .input).elements
    let coarse = FormulaTensor.make(name: "patches", shape: [labels.count, patches, patches, 3], role: .input).elements
    return Tensor(shape: [labels.count, side, side, 3]) { elements in
      for index in elements.indices {
        let (pixel, channel) = index.quotientAndRemainder(dividingBy: 3)
        let (row, column) = (pixel / side % side, pixel % side)
        let place = ((pixel / (side * side) * patches + row / patch) * patches + column / patch) * 3 + channel
        elements.initializeElement(at: index, to: 0.5 * (noise[index] + coarse[place]))
      }
    }
  }

  func makeOptimizer() throws -> Optimizer {
    let rate = LearningRate(optimizerArguments.learningRate)
    switch optimizer {
    case "Adam": return .adam(learningRate: rate)
    case "SGD": return .sgd(learningRate: rate, momentum: optimizerArguments.momentum ?? 0)
    default: throw GraftError(.unsupported, "The test knows no optimizer \(optimizer).")
    }
  }
}
