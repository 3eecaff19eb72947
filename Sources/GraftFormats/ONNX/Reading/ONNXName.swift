/// Names of layers from names of nodes.
///
/// PyTorch calls a node by the path of its module, every part with all before it, and the operator:
/// `/layer1/layer1.0/conv1/Conv` is the module `layer1.0.conv1`. Keras's layers have no slash in their names.
enum ONNXName {
  /// Operators that are layers of their own under the names that their makers gave them.
  private static let named: Set<String> = [
    "Conv", "Gemm", "MatMul", "BatchNormalization", "LayerNormalization", "PRelu",
  ]

  /// The name of a node's layer; it may be taken already.
  static func layer(_ node: ONNXNode) -> String {
    let type = node.type.lowercased()
    if named.contains(node.type), node.inputs.count > 1 {
      for suffix in [".weight", "/kernel"] where node.inputs[1].hasSuffix(suffix) {
        let name = plain(String(node.inputs[1].dropLast(suffix.count)), or: "")
        if !name.isEmpty { return name }
      }
    }
    // PyTorch's newer exporter begins all names alike.
    let given = node.name.hasPrefix("node_") ? String(node.name.dropFirst(5)) : node.name
    var parts = given.split(separator: "/").map(String.init)
    guard !parts.isEmpty else { return plain(type, or: "layer") }
    // The operator, perhaps with a number, is no part of the module's path.
    if let operation = parts.last, isOperator(operation, node.type) {
      guard parts.count > 1 else { return plain(operation.lowercased(), or: type) }
      parts.removeLast()
      if node.name.hasPrefix("/"), !named.contains(node.type), !isOperator(parts.last ?? "", node.type) {
        parts.append(operation.lowercased())
      }
    }
    var path = parts.removeFirst()
    for part in parts {
      path = part.hasPrefix(path + ".") ? part : path + "." + part
    }
    return plain(path, or: type)
  }

  /// Whether a part of a name is an operator's, as in `Relu_1`.
  private static func isOperator(_ part: String, _ type: String) -> Bool {
    let part = part.lowercased()
    guard part.hasPrefix(type.lowercased()) else { return false }
    return part.dropFirst(type.count).allSatisfy { $0 == "_" || $0.isNumber }
  }

  /// A name with nothing in it that files of weights cannot have.
  static func plain(_ name: String, or fallback: String) -> String {
    let parts = name.prefix(512).split(separator: "/").joined(separator: ".")
    let allowed = parts.map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character)) ? character : "_"
    }
    return allowed.isEmpty ? fallback : String(allowed)
  }
}
