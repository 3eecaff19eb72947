package import GraftCore

/// Builds a model from Keras's configuration (`model_config`), as Keras 2 and Keras 3 write it: functional, sequential,
/// nested.
package struct ModelReader {
  private var layers: [String: JSONValue] = [:]
  private var made: [String: Layer] = [:]
  /// The results of each layer's calls, in the order of the calls.
  private var results: [String: [SymbolicTensor]] = [:]
  private let inputShape: Shape?
  private let preprocessing: Preprocessing?
  /// How many models this one lies in.
  private let depth: Int
  private static let deepest = 16

  private init(inputShape: Shape?, preprocessing: Preprocessing?, depth: Int) {
    self.inputShape = inputShape
    self.preprocessing = preprocessing
    self.depth = depth
  }

  /// Builds a model.
  ///
  /// - Parameters:
  ///   - configuration: `{"class_name": "Functional", "config": {…}}`.
  ///   - inputShape: Replaces the input's shape, where all layers can take another one.
  ///   - preprocessing: What turns pictures into the input, if the configuration does not say it.
  /// - Throws: `GraftError.unsupported` for a layer that is not known, `GraftError.corrupt` for a configuration that does
  ///   not hold together, and whatever calling the layers throws.
  package static func model(
    _ configuration: JSONValue, inputShape: Shape? = nil, preprocessing: Preprocessing? = nil
  ) throws -> Model {
    try model(configuration, inputShape: inputShape, preprocessing: preprocessing, depth: 0)
  }

  private static func model(
    _ configuration: JSONValue, inputShape: Shape?, preprocessing: Preprocessing?, depth: Int
  ) throws -> Model {
    guard depth <= deepest else {
      throw GraftError(.unsupported, "Models lie in models more than \(deepest) deep; expected fewer.")
    }
    guard let className = configuration["class_name"]?.string, let config = configuration["config"] else {
      throw GraftError(.corrupt, "The model's configuration has no class_name and config.")
    }
    var reader = ModelReader(inputShape: inputShape, preprocessing: preprocessing, depth: depth)
    let model: Model
    switch className {
    case "Functional", "Model": model = try reader.functional(config)
    case "Sequential": model = try reader.sequential(config)
    default:
      throw GraftError(
        .unsupported, "Expected a Functional or Sequential model. Received a model of the class \(className).")
    }
    try model.check()
    return model
  }

  // MARK: Sequential

  private mutating func sequential(_ config: JSONValue) throws -> Model {
    guard let entries = config["layers"]?.array ?? config.array else {
      throw GraftError(.corrupt, "The Sequential model's configuration lists no layers.")
    }
    var tensor: SymbolicTensor?
    var input: SymbolicTensor?
    for entry in entries {
      guard let className = entry["class_name"]?.string, let layerConfig = entry["config"] else {
        throw GraftError(.corrupt, "A layer of the Sequential model has no class_name and config.")
      }
      if className == "InputLayer" {
        guard tensor == nil else {
          throw GraftError(.corrupt, "The Sequential model has an input that is not its first layer.")
        }
        input = try makeInput(layerConfig)
        tensor = input
        continue
      }
      if tensor == nil {
        let lengths = (layerConfig["batch_input_shape"] ?? config["build_input_shape"])?.array ?? []
        guard inputShape != nil || lengths.count > 1 else {
          throw GraftError(
            .unsupported, "The Sequential model was saved before it was built: its configuration names no input shape.")
        }
        input = Input(shape: inputShape ?? Shape(lengths.dropFirst().map { $0.int ?? 0 }), preprocessing: preprocessing)
        tensor = input
      }
      guard let previous = tensor else { continue }
      let layer = try makeLayer(className, layerConfig, calledOn: [previous])
      tensor = layer(previous)
    }
    guard let input, let tensor else { throw GraftError(.corrupt, "The Sequential model has no layers.") }
    return Model(inputs: input, outputs: tensor, name: config["name"]?.string)
  }

  // MARK: Functional

  private mutating func functional(_ config: JSONValue) throws -> Model {
    guard let entries = config["layers"]?.array else {
      throw GraftError(.corrupt, "The model's configuration lists no layers.")
    }
    // Layers are called as soon as their inputs are there; the list need not be in that order.
    var pending: [(name: String, entry: JSONValue, calls: [[LayerReference]], next: Int)] = try entries.map { entry in
      guard let name = (entry["name"] ?? entry["config"]?["name"])?.string else {
        throw GraftError(.corrupt, "A layer has no name in the model's configuration.")
      }
      return (name, entry, try LayerReference.calls(of: entry), 0)
    }
    var madeProgress = true
    var passes = 0
    while madeProgress {
      madeProgress = false
      passes += 1
      // One or two do for what Keras writes; a long list in reverse would take as many as it has layers.
      guard passes <= 256 else {
        throw GraftError(.corrupt, "The model's layers are listed in an order in which they cannot be connected.")
      }
      for index in pending.indices {
        let item = pending[index]
        if item.calls.isEmpty {
          guard results[item.name] == nil else { continue }
          guard item.entry["class_name"]?.string == "InputLayer", let layerConfig = item.entry["config"] else {
            throw GraftError(.corrupt, "Layer \"\(item.name)\" has no input, and is no InputLayer.")
          }
          results[item.name] = [try makeInput(layerConfig)]
          madeProgress = true
        }
        while pending[index].next < item.calls.count,
          let inputs = tensors(item.calls[pending[index].next])
        {
          guard let className = item.entry["class_name"]?.string, let layerConfig = item.entry["config"] else {
            throw GraftError(.corrupt, "Layer \"\(item.name)\" has no class_name and config.")
          }
          let layer = try makeLayer(className, layerConfig, calledOn: inputs)
          results[item.name, default: []].append(layer(inputs))
          pending[index].next += 1
          madeProgress = true
        }
      }
    }
    if let stuck = pending.first(where: { $0.next < $0.calls.count }) {
      let missing = stuck.calls[stuck.next].map(\.layer).filter { results[$0] == nil }
      throw GraftError(
        .corrupt,
        "Layer \"\(stuck.name)\" is called on \(missing.map { "\"\($0)\"" }.joined(separator: ", ")), which has no result."
      )
    }
    let input = try end(config["input_layers"], "input")
    let output = try end(config["output_layers"], "output")
    return Model(inputs: input, outputs: output, name: config["name"]?.string)
  }

  /// The one input or output of the model.
  private func end(_ value: JSONValue?, _ kind: String) throws -> SymbolicTensor {
    let references = LayerReference.list(value)
    guard references.count == 1 else {
      throw GraftError(.unsupported, "Expected a model with one \(kind). Received one with \(references.count).")
    }
    guard let tensor = tensors(references)?.first else {
      throw GraftError(.corrupt, "The model's \(kind) \"\(references[0].layer)\" is not among its layers.")
    }
    return tensor
  }

  private func tensors(_ references: [LayerReference]) -> [SymbolicTensor]? {
    var found: [SymbolicTensor] = []
    for reference in references {
      guard let calls = results[reference.layer], let last = calls.last else { return nil }
      // Keras counts a nested model's own construction as its first call.
      found.append(calls.indices.contains(reference.call) ? calls[reference.call] : last)
    }
    return found
  }

  // MARK: Layers

  private func makeInput(_ config: JSONValue) throws -> SymbolicTensor {
    guard let layer = try LayerRegistry.make(className: "InputLayer", configuration: config) as? InputLayer else {
      throw GraftError(.corrupt, "The model's input is not an InputLayer.")
    }
    let shape = inputShape ?? layer.shape
    guard shape.dimensions.allSatisfy({ $0 > 0 }) else {
      throw GraftError(
        .invalidArgument,
        """
        The model was saved with the open input shape \(layer.shape) (0 stands for any length). Give the size that you \
        want, for example with --image-size 224.
        """)
    }
    let input = InputLayer(shape: shape, preprocessing: layer.preprocessing ?? preprocessing, name: layer.name)
    input.isTrainable = layer.isTrainable
    return input()
  }

  private mutating func makeLayer(
    _ className: String, _ config: JSONValue, calledOn inputs: [SymbolicTensor]
  ) throws -> Layer {
    let name = config["name"]?.string ?? ""
    if let known = made[name] { return known }
    if let failure = inputs.lazy.compactMap(\.failure).first { throw failure }
    let layer: Layer
    if ["Functional", "Model", "Sequential"].contains(className) {
      // Built for the shape that it is called on, so that a new input size reaches nested models.
      layer = try Self.model(
        ["class_name": .string(className), "config": config], inputShape: inputs.first?.shape, preprocessing: nil,
        depth: depth + 1)
    } else {
      layer = try LayerRegistry.make(className: className, configuration: config)
    }
    made[name] = layer
    return layer
  }
}
