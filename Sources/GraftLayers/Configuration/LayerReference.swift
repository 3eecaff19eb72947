internal import GraftCore

/// Names one result of one layer in Keras's configuration.
struct LayerReference {
  let layer: String
  let call: Int

  /// For each call of a layer, what it is called on. Reads Keras 2's nested lists and Keras 3's arguments.
  static func calls(of entry: JSONValue) throws -> [[LayerReference]] {
    try (entry["inbound_nodes"]?.array ?? []).map { node in
      let references: [LayerReference]
      if let arguments = node["args"] {
        references = tensors(in: arguments) + tensors(in: node["kwargs"] ?? .null)
      } else {
        references = list(node)
      }
      guard !references.isEmpty else {
        throw GraftError(.corrupt, "Layer \"\(entry["name"]?.string ?? "?")\" is called on nothing that can be read.")
      }
      return references
    }
  }

  /// Reads `["name", 0, 0]` or a list of such.
  static func list(_ value: JSONValue?) -> [LayerReference] {
    guard let items = value?.array else { return [] }
    if let name = items.first?.string, items.count >= 2, let call = items[1].int {
      return [LayerReference(layer: name, call: call)]
    }
    return items.flatMap { list($0) }
  }

  /// Finds Keras 3's `__keras_tensor__` objects, however deep they lie.
  private static func tensors(in value: JSONValue) -> [LayerReference] {
    if let items = value.array { return items.flatMap { tensors(in: $0) } }
    guard let members = value.object else { return [] }
    if members["class_name"]?.string == "__keras_tensor__" { return list(members["config"]?["keras_history"]) }
    return members.sorted { $0.key < $1.key }.flatMap { tensors(in: $0.value) }
  }
}
