internal import GraftCore

/// Keras's older layout: a group per layer, weights under the names that TensorFlow gave them.
///
/// Definition: keras/src/legacy/saving/legacy_h5_format.py.
enum LegacyLayout {
  static func layers(of file: HDF5File, root: String) throws -> [StoredLayer] {
    guard let names = try file.strings(attribute: "layer_names", of: root) else {
      throw GraftError(
        .corrupt, "'\(file.path)' looks like a Keras model, but the attribute 'layer_names' of '/\(root)' is missing.")
    }
    var result: [StoredLayer] = []
    var indices: [[String]: Int] = [:]
    var listed: Set<String> = []
    // Variables of the model itself lie in a group of their own, which the list does not name.
    for name in names + ["top_level_model_weights"] {
      let group = root.isEmpty ? name : root + "/" + name
      for weight in try file.strings(attribute: "weight_names", of: group) ?? [] {
        let path = group + "/" + weight
        guard let shape = file.shape(of: path) else {
          throw GraftError(.corrupt, "'\(file.path)' lists the weight '\(path)' but does not hold it; it is damaged.")
        }
        guard listed.insert(path).inserted else {
          throw GraftError(.corrupt, "'\(file.path)' lists the weight '\(path)' twice; it is damaged.")
        }
        var scopes = weight.split(separator: "/").map(String.init)
        let variable = strippingOutput(scopes.popLast() ?? weight)
        if scopes.first == name { scopes.removeFirst() }
        let chain = [name] + scopes
        let entry = StoredLayer.Variable(name: variable, path: path, shape: shape)
        if let index = indices[chain] {
          result[index].variables.append(entry)
        } else {
          indices[chain] = result.count
          result.append(StoredLayer(chain: chain, variables: [entry]))
        }
      }
    }
    return result
  }

  /// `kernel:0` → `kernel`: TensorFlow numbers an operation's outputs.
  private static func strippingOutput(_ name: String) -> String {
    guard let colon = name.lastIndex(of: ":"), name[colon...].dropFirst().allSatisfy(\.isNumber) else { return name }
    return String(name[..<colon])
  }
}
