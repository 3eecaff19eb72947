internal import Graft

/// What is in a `.graft` file.
struct ModelReport {
  private let artifact: GraftModel
  private let path: String

  init(_ artifact: GraftModel, path: String) {
    self.artifact = artifact
    self.path = path
  }

  func text(graph: Bool) throws -> String {
    let provenance = artifact.provenance
    var facts = [
      ("classes", artifact.classNames.joined(separator: ", ")), ("input", "\(artifact.model.input.shape)"),
      ("preprocessing", artifact.model.preprocessing.map { "\($0.name): \($0.formula)" } ?? "none recorded"),
      ("picture fit", artifact.imageFit.rawValue), ("base", provenance.base ?? "not recorded"),
      ("cut at", provenance.cut ?? "not recorded"), ("base SHA-256", provenance.baseDigest ?? "not recorded"),
      ("photos SHA-256", provenance.dataDigest ?? "not recorded"),
      ("seed", provenance.seed.map { "\($0)" } ?? "not recorded"), ("made by", "Graft \(provenance.graftVersion)"),
    ]
    for record in provenance.history {
      let values = record.values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.decimals(4))" }
      facts.append(("after epoch \(record.epoch)", values.joined(separator: ", ")))
    }
    let width = facts.map(\.0.count).max() ?? 0
    var parts = [
      facts.map { $0 + String(repeating: " ", count: width - $0.count) + "  " + $1 }.joined(separator: "\n"),
      "frozen weights: \((artifact.model.parameterCount - artifact.model.trainableParameterCount).grouped), "
        + "trainable: \(artifact.model.trainableParameterCount.grouped)",
      try artifact.model.summary(),
    ]
    if graph { parts += [try artifact.model.graphDescription(), try artifact.model.planDescription()] }
    return parts.joined(separator: "\n\n")
  }

  func json() throws -> JSONValue {
    [
      "path": .string(path), "kind": "graft",
      "input_shape": .array(artifact.model.input.shape.dimensions.map { .int($0) }),
      "classes": .array(artifact.classNames.map { .string($0) }),
      "image_fit": .string(artifact.imageFit.rawValue),
      "preprocessing": artifact.model.preprocessing?.configuration ?? .null,
      "provenance": try JSONValue(encoding: artifact.provenance), "layers": artifact.model.layerList,
      "parameters": .int(artifact.model.parameterCount),
      "trainable_parameters": .int(artifact.model.trainableParameterCount),
    ]
  }
}

extension Preprocessing {
  /// What happens to a pixel, in words.
  var formula: String {
    func short(_ values: [Float]) -> String {
      Set(values).count == 1 ? "\(values[0])" : "(\(values.map { "\($0)" }.joined(separator: ", ")))"
    }
    return "(\(channelOrder.rawValue) / \(divisor) − \(short(mean))) / \(short(deviation))"
  }
}

extension Model {
  /// The layers with their shapes and weights, nested models unfolded.
  var layerList: JSONValue {
    .array(
      tensors.flatMap { tensor -> [JSONValue] in
        if let model = tensor.layer as? Model { return model.layerList.array ?? [] }
        return [
          [
            "name": .string(tensor.layer.name), "class": .string(tensor.layer.className),
            "output_shape": .array(tensor.shape.dimensions.map { .int($0) }),
            "parameters": .int(tensor.layer.parameterCount), "trainable": .bool(tensor.layer.isTrainable),
          ]
        ]
      })
  }
}
