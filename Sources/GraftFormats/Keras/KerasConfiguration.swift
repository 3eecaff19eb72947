internal import GraftCore

/// Brings a model's configuration into the form that Keras 3 itself writes.
enum KerasConfiguration {
  /// What Graft says of an input and Keras does not.
  private static let unknownToInput = ["graft_preprocessing", "trainable"]

  /// The configuration of a model, nested ones included, with Keras's modules and without what Keras does not know.
  static func archived(_ model: JSONValue) -> JSONValue {
    guard var members = model.object else { return model }
    var config = members["config"]?.object ?? [:]
    if members["class_name"] == "InputLayer" { for key in unknownToInput { config.removeValue(forKey: key) } }
    if members["class_name"] == "Functional" {
      members["module"] = "keras.src.models.functional"
      members["registered_name"] = "Functional"
      config["layers"] = .array((config["layers"]?.array ?? []).map(archived))
      // A list of one input would make Keras's model take and give lists.
      for key in ["input_layers", "output_layers"] {
        if let only = config[key]?.array, only.count == 1, only[0].array != nil { config[key] = only[0] }
      }
    }
    members["config"] = .object(config)
    return .object(members)
  }
}
