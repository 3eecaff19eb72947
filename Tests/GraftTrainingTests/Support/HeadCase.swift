import GraftCore
import GraftGraph
import GraftLayers
import GraftTestSupport

@testable import GraftTraining

/// The parameters of a golden case that trains a head.
struct HeadCase: Decodable {
  struct Head: Decodable { let layers: [LayerDescription] }

  struct LayerDescription: Decodable {
    let className: String
    let config: Configuration
  }

  struct Configuration: Decodable {
    let name: String
    let units: Int?
    let activation: String?
    let useBias: Bool?
    let epsilon: Float?
    let momentum: Float?
    let rate: Float?
  }

  struct OptimizerArguments: Decodable {
    let learningRate: Double
    let momentum: Double?
    let nesterov: Bool?
  }

  struct FormulaInput: Decodable {
    let name: String
    let shape: Shape

    var tensor: Tensor { FormulaTensor.make(name: name, shape: shape, role: .input) }
  }

  let head: Head
  let optimizer: String
  let optimizerArguments: OptimizerArguments
  let loss: String
  let classes: Int
  let features: FormulaInput
  let labels: [Int]
  // Head training: the rows of every step.
  let batches: [[Int]]?
  // Fit.
  let epochs: Int?
  let batchSize: Int?
  let topK: Int?
  let validation: String?
  let validationSplit: Double?
  let validationFeatures: FormulaInput?
  let validationLabels: [Int]?

  /// The network with the formula's weights.
  func model() throws -> Model {
    let input = Input(shape: features.shape.droppingFirst)
    let output = try head.layers.reduce(input) { x, layer in try Self.layer(layer)(x) }
    let model = Model(inputs: input, outputs: output)
    try model.assignFormulaWeights()
    return model
  }

  private static func layer(_ description: LayerDescription) throws -> Layer {
    let config = description.config
    func unknown() -> GraftError {
      GraftError(.unsupported, "The test knows no \(description.className) with \(config).")
    }
    let activation = config.activation.flatMap(Activation.init(kerasName:))
    switch description.className {
    case "Dense":
      guard let units = config.units, let activation, let useBias = config.useBias else { throw unknown() }
      return Dense(units, activation: activation, useBias: useBias, name: config.name)
    case "BatchNormalization":
      guard let momentum = config.momentum, let epsilon = config.epsilon else { throw unknown() }
      return BatchNormalization(momentum: momentum, epsilon: epsilon, name: config.name)
    case "Activation":
      guard let activation else { throw unknown() }
      return ActivationLayer(activation, name: config.name)
    case "Dropout":
      guard let rate = config.rate else { throw unknown() }
      return Dropout(rate, name: config.name)
    default: throw unknown()
    }
  }

  func makeOptimizer() throws -> Optimizer {
    let arguments = optimizerArguments
    switch optimizer {
    case "Adam": return .adam(learningRate: LearningRate(arguments.learningRate))
    case "SGD":
      return .sgd(
        learningRate: LearningRate(arguments.learningRate), momentum: arguments.momentum ?? 0,
        nesterov: arguments.nesterov ?? false)
    default: throw GraftError(.unsupported, "The test knows no optimizer \(optimizer).")
    }
  }

  var lossFunction: LossFunction {
    loss.hasPrefix("sparse") ? .sparseCategoricalCrossentropy : .categoricalCrossentropy
  }

  func targets(_ labels: [Int]) throws -> Tensor {
    try Targets(classIndices: labels, classes: classes, loss: lossFunction).tensor
  }
}
