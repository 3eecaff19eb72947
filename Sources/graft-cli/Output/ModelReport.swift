internal import Graft

/// What is in a `.graft` file.
struct ModelReport {
  private let artifact: GraftModel
  private let path: String

  init(_ artifact: GraftModel, path: String) {
    self.artifact = artifact
    self.path = path
  }

  func text(graph: Bool, quantisation: Bool) throws -> String {
    if quantisation {
      guard let quantization = artifact.model.quantization else {
        throw GraftError(.invalidArgument, "'\(path)' is computed with float32: nothing of it is quantised.")
      }
      return quantization.text + "\n\n" + quantization.table
    }
    let provenance = artifact.provenance
    var facts = [
      (artifact.task == .singleLabel ? "classes" : "labels", artifact.classNames.joined(separator: ", ")),
      ("input", "\(artifact.model.input.shape)"),
      ("preprocessing", artifact.model.preprocessing.map { "\($0.name): \($0.formula)" } ?? "none recorded"),
      ("picture fit", artifact.imageFit.rawValue), ("base", provenance.base ?? "not recorded"),
      ("precision", artifact.model.quantization?.text ?? artifact.model.precision.rawValue),
      ("cut at", provenance.cut ?? "not recorded"), ("base SHA-256", provenance.baseDigest ?? "not recorded"),
      ("photos SHA-256", provenance.dataDigest ?? "not recorded"),
      ("seed", provenance.seed.map { "\($0)" } ?? "not recorded"), ("made by", "Graft \(provenance.graftVersion)"),
    ]
    for (name, value) in (provenance.settings ?? [:]).sorted(by: { $0.key < $1.key }) {
      facts.append(("setting \(name)", value))
    }
    for (number, phase) in (provenance.phases ?? []).enumerated() {
      facts.append(
        (
          "phase \(number + 1)",
          "\(phase.name): \(phase.epochs) epochs, \(phase.trainableParameters.grouped) weights trained"
            + (phase.stopReason.map { "; ended: \($0)" } ?? "")
        ))
    }
    for record in provenance.history {
      let values = record.values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.decimals(4))" }
      facts.append(("after epoch \(record.epoch)", values.joined(separator: ", ")))
    }
    let width = facts.map(\.0.count).max() ?? 0
    var parts = [
      facts.map { $0 + String(repeating: " ", count: width - $0.count) + "  " + $1 }.joined(separator: "\n"),
      "frozen weights: \((artifact.model.parameterCount - artifact.model.trainableParameterCount).grouped), "
        + "trainable: \(artifact.model.trainableParameterCount.grouped)",
      freezing, try artifact.model.summary(width: 96, showsTrainable: true),
    ]
    if graph { parts += [try artifact.model.graphDescription(), try artifact.model.planDescription()] }
    return parts.joined(separator: "\n\n")
  }

  /// The stretches of layers with weights that are all frozen or all trained, from the input on.
  private var freezing: String {
    var table = Table(["layers", "", "weights", ""], leftColumns: 2)
    for part in artifact.model.freezingParts {
      table.add([
        part.first == part.last ? part.first : "\(part.first) … \(part.last)", "\(part.layers)",
        part.parameters.grouped, part.isTrainable ? "trained" : "frozen",
      ])
    }
    return table.text
  }

  func json() throws -> JSONValue {
    var document = try description
    if let quantization = artifact.model.quantization { document["quantization"] = quantization.json }
    return .object(document)
  }

  private var description: [String: JSONValue] {
    get throws {
      [
        "path": .string(path), "kind": "graft",
        "precision": .string(artifact.model.precision.rawValue),
        "input_shape": .array(artifact.model.input.shape.dimensions.map { .int($0) }),
        "classes": .array(artifact.classNames.map { .string($0) }),
        "image_fit": .string(artifact.imageFit.rawValue),
        "preprocessing": artifact.model.preprocessing?.configuration ?? .null,
        "provenance": try JSONValue(encoding: artifact.provenance), "layers": artifact.model.layerList,
        "parameters": .int(artifact.model.parameterCount),
        "trainable_parameters": .int(artifact.model.trainableParameterCount),
        "task": .string(artifact.task.rawValue),
        "parts": .array(
          artifact.model.freezingParts.map {
            [
              "first": .string($0.first), "last": .string($0.last), "layers": .int($0.layers),
              "parameters": .int($0.parameters), "trainable": .bool($0.isTrainable),
            ]
          }),
      ]
    }
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

/// A stretch of a model's layers with weights that are all frozen, or all trained. Batch normalisations that stay frozen
/// among trained layers do not part a stretch.
struct FreezingPart {
  let first: String
  var last: String
  var layers: Int
  var parameters: Int
  let isTrainable: Bool
}

extension Model {
  /// The stretches, from the input on.
  var freezingParts: [FreezingPart] {
    let layers = allLayers.filter { $0.parameterCount > 0 }
    let lastTrained = layers.lastIndex(where: \.isTrainable) ?? -1
    var parts: [FreezingPart] = []
    for (index, layer) in layers.enumerated() {
      let isGuest = layer is BatchNormalization && !layer.isTrainable && index < lastTrained
      if let part = parts.last, part.isTrainable == layer.isTrainable || (part.isTrainable && isGuest) {
        parts[parts.count - 1].last = layer.name
        parts[parts.count - 1].layers += 1
        parts[parts.count - 1].parameters += layer.parameterCount
      } else {
        parts.append(
          FreezingPart(
            first: layer.name, last: layer.name, layers: 1, parameters: layer.parameterCount,
            isTrainable: layer.isTrainable))
      }
    }
    return parts
  }

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
