import Foundation
import GraftCore
import GraftFormats
import GraftGraph
import GraftLayers
import GraftTestSupport
import GraftZoo

/// A network of torch: recognised by its file, with its features, its logits and its weights after a step.
enum TorchFidelity {
  /// What `torch_fidelity.py` writes into `torch.json`.
  struct Case: Decodable {
    let constructor: String
    /// The file of weights for each of the two results.
    let features: String
    let logits: String
    let side: Int
    let shape: [Int]
    let step: FidelityCase.Step?
  }

  static func run(_ folder: String) async throws {
    let example = try Fidelity.decoded(Case.self, folder + "/torch.json")
    let batch = try SafetensorsFile(contentsOf: folder + "/batch.safetensors")
    let base = try await BaseNetwork(example.features, imageSize: example.side)
    guard base.source.hasPrefix(example.constructor + " ") else {
      throw GraftError(.invalidData, "Expected \(example.constructor) to be recognised. Received: \(base.source).")
    }
    let network = try await BaseNetwork.network(
      named: example.constructor, weights: .file(example.logits), inputShape: Shape(example.shape + [3]),
      classifierActivation: .linear)
    var tensors = [
      ("features", try base.model.results(for: batch.tensor(named: "square"))),
      ("logits", try network.results(for: batch.tensor(named: "wide"))),
    ]
    if let step = example.step {
      let weights = try await Fidelity.weights(base.model, batch.tensor(named: "square"), after: step)
      tensors += weights.map { (torchName($0.0), $0.1) }
    }
    try SafetensorsWriter.write(tensors: tensors, to: folder + "/graft.safetensors")
    let description: JSONValue = [
      "parameters": .int(network.parameterCount),
      "entry_parameters": .int(try BaseNetwork.requiredEntry(named: example.constructor).parameterCountWithTop),
    ]
    try Data(description.serialized().utf8).write(to: URL(fileURLWithPath: folder + "/graft.json"))
  }

  /// `step/layer4.0.conv1/kernel` is `step/layer4.0.conv1.weight` in torch.
  private static func torchName(_ name: String) -> String {
    let parts = name.split(separator: "/").map(String.init)
    let layer = parts.dropLast().joined(separator: "/")
    // A scale of channels is a parameter of its block.
    if layer.hasSuffix("layer_scale") { return layer }
    return layer + (["kernel", "gamma"].contains(parts.last) ? ".weight" : ".bias")
  }
}
