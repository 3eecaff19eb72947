package import GraftCore

/// Builds a model from Keras's configuration (`model_config`), as Keras 2 and Keras 3 write it: functional, sequential,
/// nested.
package struct ModelReader {
  var made: [String: Layer] = [:]
  /// The layers of the configuration, in its order.
  var outline: [ModelOutline] = []
  /// Outlines of nested models, by their names.
  private var nestedOutlines: [String: [ModelOutline]] = [:]
  /// Values without their last axis of length 1: single channels that functions took out, and that only `stack` may read.
  var singleChannels: Set<ObjectIdentifier> = []
  /// The same values, kept alive so that nothing else takes their identity.
  var keptChannels: [SymbolicTensor] = []
  let inputShape: Shape?
  let preprocessing: Preprocessing?
  /// The wanted output.
  let output: Output
  /// How many models this one lies in.
  private let depth: Int
  private static let deepest = 16

  /// Which result of a model is wanted.
  enum Output {
    /// The only one.
    case only
    /// That of a layer.
    case layer(String)
    /// One of several, by its place.
    case place(Int)
  }

  private init(inputShape: Shape?, preprocessing: Preprocessing?, output: Output, depth: Int) {
    self.inputShape = inputShape
    self.preprocessing = preprocessing
    self.output = output
    self.depth = depth
  }

  /// Builds a model.
  ///
  /// - Parameters:
  ///   - configuration: `{"class_name": "Functional", "config": {…}}`.
  ///   - inputShape: Replaces the input's shape, where all layers can take another one.
  ///   - preprocessing: What turns pictures into the input, if the configuration does not say it.
  ///   - output: The layer whose result is wanted; it need not be an output. By default the model's only output.
  /// - Throws: `GraftError.unsupported` for a layer that is not known, `GraftError.corrupt` for a configuration that does
  ///   not hold together, `GraftError.invalidArgument` if it has several outputs and none is chosen, and whatever calling
  ///   the layers throws.
  package static func model(
    _ configuration: JSONValue, inputShape: Shape? = nil, preprocessing: Preprocessing? = nil, output: String? = nil
  ) throws -> Model {
    try outlinedModel(configuration, inputShape: inputShape, preprocessing: preprocessing, output: output).model
  }

  /// Builds a model, and says what the configuration lists besides: layers that the output does not need are not built, and
  /// need not be known.
  package static func outlinedModel(
    _ configuration: JSONValue, inputShape: Shape? = nil, preprocessing: Preprocessing? = nil, output: String? = nil
  ) throws -> (model: Model, outline: [ModelOutline]) {
    try read(
      configuration, inputShape: inputShape, preprocessing: preprocessing, output: output.map { .layer($0) } ?? .only,
      depth: 0)
  }

  private static func read(
    _ configuration: JSONValue, inputShape: Shape?, preprocessing: Preprocessing?, output: Output, depth: Int
  ) throws -> (model: Model, outline: [ModelOutline]) {
    guard depth <= deepest else {
      throw GraftError(.unsupported, "Models lie in models more than \(deepest) deep; expected fewer.")
    }
    guard let className = configuration["class_name"]?.string, let config = configuration["config"] else {
      throw GraftError(.corrupt, "The model's configuration has no class_name and config.")
    }
    var reader = ModelReader(inputShape: inputShape, preprocessing: preprocessing, output: output, depth: depth)
    let model: Model
    switch className {
    case "Functional", "Model": model = try reader.functional(config)
    case "Sequential": model = try reader.sequential(config)
    default:
      throw GraftError(
        .unsupported,
        """
        Expected a Functional or Sequential model. Received a model of the class \(className), whose code the file does \
        not hold.
        """)
    }
    try model.check()
    return (model, reader.outline)
  }

  /// The names of a model's outputs, in its order.
  package static func outputNames(_ configuration: JSONValue) -> [String] {
    guard let config = configuration["config"] else { return [] }
    if configuration["class_name"] == "Sequential" {
      let last = (config["layers"] ?? config)[((config["layers"] ?? config).array?.count ?? 0) - 1]
      return [last?["config"]?["name"]?.string].compactMap(\.self)
    }
    return LayerReference.list(config["output_layers"]).map(\.layer)
  }

  // MARK: Layers

  func makeInput(_ config: JSONValue) throws -> SymbolicTensor {
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

  /// Makes a layer, or gives back the one that was made before.
  ///
  /// - Parameter results: Which of a nested model's results are read.
  mutating func makeLayer(
    _ className: String, _ config: JSONValue, calledOn inputs: [SymbolicTensor], results: Set<Int> = [0]
  ) throws -> Layer {
    let name = config["name"]?.string ?? ""
    if let known = made[name] { return known }
    if let failure = inputs.lazy.compactMap(\.failure).first { throw failure }
    let layer: Layer
    if ["Functional", "Model", "Sequential"].contains(className) {
      let nested: JSONValue = ["class_name": .string(className), "config": config]
      guard results.count == 1, let result = results.first else {
        throw GraftError(
          .unsupported,
          """
          The model "\(name)" inside of the model has several results that are read (\(results.sorted())). Graft's models \
          have one: choose an output that needs only one of them.
          """)
      }
      let isSingle = Self.outputNames(nested).count == 1
      // Built for the shape that it is called on, so that a new input size reaches nested models.
      let (model, outline) = try Self.read(
        nested, inputShape: inputs.first?.shape, preprocessing: nil, output: isSingle ? .only : .place(result),
        depth: depth + 1)
      nestedOutlines[name] = outline
      layer = model
    } else {
      layer = try LayerRegistry.make(className: className, configuration: config)
    }
    made[name] = layer
    return layer
  }

  /// Notes a layer of the configuration, built or not.
  mutating func note(_ name: String, _ className: String, _ layer: Layer?) {
    outline.append(
      ModelOutline(name: name, className: className, layer: layer, children: nestedOutlines[name] ?? []))
  }
}
