internal import GraftCore

/// Names one result of one layer in Keras's configuration.
struct LayerReference: Hashable {
  let layer: String
  let call: Int
  /// Which of the results of one call, where a nested model has several.
  var result = 0

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

  /// Reads `["name", 0, 0]`, a list of such, or an object of them, in the order of its keys.
  static func list(_ value: JSONValue?) -> [LayerReference] {
    if let members = value?.object { return members.sorted { $0.key < $1.key }.flatMap { list($0.value) } }
    guard let items = value?.array else { return [] }
    if let name = items.first?.string, items.count >= 2, let call = items[1].int {
      return [LayerReference(layer: name, call: call, result: items.count > 2 ? items[2].int ?? 0 : 0)]
    }
    return items.flatMap { list($0) }
  }

  /// Finds Keras 3's `__keras_tensor__` objects, however deep they lie.
  static func tensors(in value: JSONValue) -> [LayerReference] {
    if let items = value.array { return items.flatMap { tensors(in: $0) } }
    guard let members = value.object else { return [] }
    if members["class_name"]?.string == "__keras_tensor__" { return list(members["config"]?["keras_history"]) }
    return members.sorted { $0.key < $1.key }.flatMap { tensors(in: $0.value) }
  }
}
