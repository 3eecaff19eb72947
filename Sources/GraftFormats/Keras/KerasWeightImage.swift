internal import GraftCore
internal import GraftLayers

/// Makes the bytes of a Keras 3 `.weights.h5`: a group per layer, named after its class, variables numbered.
///
/// Definition: `_save_state` and `H5IOStore` in keras/src/saving/saving_lib.py.
enum KerasWeightImage {
  /// The bytes of a file with a model's present weights.
  ///
  /// - Parameter isFunctional: Whether nested models count as functional ones, as the configuration of a model that is
  ///   saved whole describes them; otherwise they keep their class.
  static func bytes(of model: Model, isFunctional: Bool) throws -> [UInt8] {
    let image = try HDF5Image()
    try add(model, at: "", to: image, isFunctional: isFunctional)
    return try image.bytes()
  }

  private static func add(_ layer: Layer, at path: String, to image: HDF5Image, isFunctional: Bool) throws {
    let prefix = path.isEmpty ? "" : path + "/"
    if let model = layer as? Model {
      try image.addGroup(prefix + "layers")
      var names = KerasNaming()
      for inner in model.layers {
        let name = names.next(isFunctional && inner is Model ? "Functional" : inner.className)
        try image.addGroup(prefix + "layers/" + name)
        try add(inner, at: prefix + "layers/" + name, to: image, isFunctional: isFunctional)
      }
    }
    try image.addGroup(prefix + "vars")
    try image.set(attribute: "name", of: prefix + "vars", to: layer.name)
    for (index, variable) in layer.variables.enumerated() {
      try image.add(variable.value, at: prefix + "vars/\(index)")
    }
  }
}
