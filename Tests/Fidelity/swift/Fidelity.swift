import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftTraining
import GraftZoo

/// Graft's side of `make fidelity`: `zoo-fidelity FOLDER` reads a case, the weights that Keras or torch wrote and a batch, and writes
/// what the network makes of it, its layers' names, and its weights after one step of training. `fidelity.py` and `torch_fidelity.py` compare.
@main enum Fidelity {
  static func main() async {
    guard CommandLine.arguments.count == 2 else {
      print("usage: zoo-fidelity FOLDER")
      exit(64)
    }
    do {
      try await run(CommandLine.arguments[1])
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(1)
    }
  }

  private static func run(_ folder: String) async throws {
    if FileManager.default.fileExists(atPath: folder + "/torch.json") { return try await TorchFidelity.run(folder) }
    let example = try decoded(FidelityCase.self, folder + "/case.json")
    let batch = try SafetensorsFile(contentsOf: folder + "/batch.safetensors").tensor(named: "input")
    let network = try await example.network(weights: folder + "/weights.h5")
    let preprocessing = network.preprocessing ?? .none
    let description: JSONValue = [
      "name": .string(network.name), "layers": .array(network.layers.map { .string($0.name) }),
      "parameters": .int(network.parameterCount), "preprocessing": preprocessing.configuration,
      "entry_parameters": BaseNetwork.entry(named: example.constructor).map {
        .int(example.includeTop ? $0.parameterCountWithTop : $0.parameterCount)
      } ?? .null,
    ]
    var tensors = [("output", try network.results(for: batch))]
    if let step = example.step { tensors += try await weights(network, batch, after: step) }
    try SafetensorsWriter.write(tensors: tensors, to: folder + "/graft.safetensors")
    try Data(description.serialized().utf8).write(to: URL(fileURLWithPath: folder + "/graft.json"))
  }

  /// A case as Python wrote it.
  static func decoded<Case: Decodable>(_ type: Case.Type, _ path: String) throws -> Case {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// The trained weights after one step of SGD on the whole batch.
  static func weights(
    _ base: Model, _ batch: Tensor, after step: FidelityCase.Step
  ) async throws -> [(String, Tensor)] {
    let head = Dense(step.classes, activation: .softmax, name: "fidelity_head")
    let model = Model(inputs: base.input, outputs: head(base.output))
    for variable in head.variables {
      guard let value = FormulaTensor.make(variable: "\(head.name)/\(variable.name)", shape: variable.shape) else {
        continue
      }
      try variable.assign(value)
    }
    try base.unfreeze(from: step.from, batchNorm: .frozen)
    // Keras's random numbers are its own: nothing is dropped on either side.
    for layer in base.allLayers where layer is Dropout { layer.isTrainable = false }
    try model.compile(
      optimizer: .sgd(learningRate: LearningRate(step.learningRate)), loss: .sparseCategoricalCrossentropy)
    try await model.fit(
      batch, Tensor(step.labels.map(Float.init)), batchSize: step.labels.count, shuffle: false, progress: .silent)
    return model.ownedVariables.filter { $0.layer.isTrainable && $0.variable.followsGradient }
      .map { ("step/\($0.layer.name)/\($0.variable.name)", $0.variable.value) }
  }
}
