internal import GraftCore

/// Brings a model's configuration into the form that Keras 3 itself writes.
enum KerasConfiguration {
  /// What Graft says of a layer and Keras's class of that name does not take.
  private static let unknownArguments = [
    "InputLayer": ["graft_preprocessing", "trainable"], "SpatialDropout2D": ["trainable"],
  ]

  /// Where Keras finds the layers that its own applications define for themselves. Their registered name is their class's.
  private static let applicationModules = [
    "CustomScaleLayer": "keras.src.applications.inception_resnet_v2", "LayerScale": "keras.src.applications.convnext",
    "StochasticDepth": "keras.src.applications.convnext",
  ]

  /// Layers of Graft's that Keras does not have.
  private static let unknownToKeras: Set<String> = ["ChannelSelection"]

  /// The configuration of a model, nested ones included, with Keras's modules and without what Keras does not know.
  ///
  /// - Throws: `GraftError.unsupported` for a layer that Keras does not have.
  static func archived(_ model: JSONValue) throws -> JSONValue {
    guard var members = model.object else { return model }
    let className = members["class_name"]?.string ?? ""
    guard !unknownToKeras.contains(className) else {
      throw GraftError(
        .unsupported,
        "Layer \"\(members["name"]?.string ?? "")\" is a \(className), which Keras does not have: no Keras file can hold it."
      )
    }
    if let module = applicationModules[className] {
      members["module"] = .string(module)
      members["registered_name"] = .string(className)
    }
    var config = members["config"]?.object ?? [:]
    for key in unknownArguments[className] ?? [] { config.removeValue(forKey: key) }
    if members["class_name"] == "Functional" {
      members["module"] = "keras.src.models.functional"
      members["registered_name"] = "Functional"
      config["layers"] = .array(try (config["layers"]?.array ?? []).map(archived))
      // A list of one input would make Keras's model take and give lists.
      for key in ["input_layers", "output_layers"] {
        if let only = config[key]?.array, only.count == 1, only[0].array != nil { config[key] = only[0] }
      }
    }
    members["config"] = .object(config)
    return .object(members)
  }
}
