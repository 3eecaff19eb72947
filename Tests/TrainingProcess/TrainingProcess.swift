import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftTraining

/// A training run in a process of its own, which tests kill: `training-process NETWORK CHECKPOINTS RESULT`.
///
/// It resumes what it finds, keeps its state after every step, and at the end writes weights and history to a file.
@main enum TrainingProcess {
  static func main() async {
    let arguments = CommandLine.arguments
    guard arguments.count == 4, let network = Network(rawValue: arguments[1]) else {
      print("usage: training-process head|large|convolutional CHECKPOINTS RESULT")
      exit(64)
    }
    do {
      try await run(network, checkpoints: arguments[2], result: arguments[3])
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ network: Network, checkpoints: String, result: String) async throws {
    let model = try network.make()
    let (x, y) = network.data
    let kept = TrainingCheckpoints(checkpoints, resume: true, steps: 1, keepsLast: true)
    let history = try await model.fit(
      x, y, epochs: network.epochs, batchSize: 8, validationSplit: 0.25, seed: 4,
      callbacks: [ReduceLROnPlateau(factor: 0.5, patience: 1), EarlyStopping(patience: 50, restoreBestWeights: true)],
      checkpoints: kept, progress: .silent)
    let weights = try model.namedVariables().map { (name: $0.name, tensor: $0.variable.value) }
    let values = history.epochs.map { "\($0.values.sorted { $0.key < $1.key })" }.joined(separator: "\n")
    try SafetensorsWriter.write(tensors: weights, metadata: ["history": values], to: result)
    kept.remove()
  }
}

/// The networks that are trained.
enum Network: String {
  /// Dropout and a batch normalisation: little to write, many steps.
  case head
  /// Most of the time goes into writing checkpoints.
  case large
  /// All cores share a step, and exchange the statistics of its batch.
  case convolutional

  var epochs: Int {
    switch self {
    case .head: 6
    case .large: 2
    case .convolutional: 4
    }
  }

  private var shape: Shape { self == .convolutional ? [12, 12, 3] : [64] }

  /// Samples, and the class of each.
  var data: (x: Tensor, y: Tensor) {
    let count = 64
    let random = RandomNumbers(seed: 9, stream: 0)
    let x = Tensor(shape: shape.prepending(count)) { elements in
      for index in elements.indices {
        elements.initializeElement(at: index, to: Float(random.words(at: UInt64(index)).x) / Float(UInt32.max) - 0.5)
      }
    }
    return (x, Tensor((0..<count).map { Float($0 % 3) }))
  }

  func make() throws -> Model {
    let input = Input(shape: shape)
    var output: SymbolicTensor
    switch self {
    case .head:
      output = BatchNormalization(name: "norm")(Dense(32, name: "hidden")(input))
      output = Dropout(0.3, name: "dropout")(ReLU(name: "relu")(output))
    case .large:
      output = Dense(768, activation: .relu, name: "second")(Dense(768, activation: .relu, name: "first")(input))
    case .convolutional:
      output = Conv2D(8, kernelSize: 3, padding: .same, useBias: false, name: "convolution")(input)
      output = ReLU(name: "relu")(BatchNormalization(name: "norm")(output))
      output = Dropout(0.2, name: "dropout")(GlobalAveragePooling2D(name: "pool")(output))
    }
    output = Dense(3, activation: .softmax, name: "classes")(output)
    let model = Model(inputs: input, outputs: output)
    try model.compile(
      optimizer: .adam(learningRate: 0.01, useEMA: self == .head), loss: .sparseCategoricalCrossentropy,
      metrics: [.accuracy, .areaUnderROC])
    return model
  }
}
