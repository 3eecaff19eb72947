internal import GraftCore

extension ModelReader {
  /// Builds a model whose layers follow one another.
  mutating func sequential(_ config: JSONValue) throws -> Model {
    guard let entries = config["layers"]?.array ?? config.array else {
      throw GraftError(.corrupt, "The Sequential model's configuration lists no layers.")
    }
    var wanted: String?
    if case .layer(let name) = output { wanted = name }
    var tensor: SymbolicTensor?
    var input: SymbolicTensor?
    var isDone = false
    for entry in entries {
      guard let className = entry["class_name"]?.string, let layerConfig = entry["config"] else {
        throw GraftError(.corrupt, "A layer of the Sequential model has no class_name and config.")
      }
      let name = layerConfig["name"]?.string ?? ""
      if className == "InputLayer" {
        guard tensor == nil else {
          throw GraftError(.corrupt, "The Sequential model has an input that is not its first layer.")
        }
        input = try makeInput(layerConfig)
        tensor = input
        continue
      }
      if isDone {
        note(name, className, nil)
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
      note(name, className, layer)
      isDone = name == wanted
    }
    guard let input, let tensor else { throw GraftError(.corrupt, "The Sequential model has no layers.") }
    if let wanted, !isDone { throw unknownOutput(wanted, among: entries.compactMap { $0["config"]?["name"]?.string }) }
    return Model(inputs: input, outputs: tensor, name: config["name"]?.string)
  }

  /// The error for an output that no layer of the model has.
  func unknownOutput(_ name: String, among known: [String]) -> GraftError {
    let similar = known.sorted { ($0.editDistance(to: name), $0) < ($1.editDistance(to: name), $1) }.prefix(3)
    return GraftError(
      .invalidArgument,
      """
      The model has no output and no layer named "\(name)". The nearest of its layers: \
      \(similar.map { "\"\($0)\"" }.joined(separator: ", ")).
      """)
  }
}
