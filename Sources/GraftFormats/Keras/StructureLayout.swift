internal import GraftCore

/// Keras 3's layout: groups named after the layers' classes, variables numbered.
///
/// Definition: `_save_state` and `H5IOStore` in keras/src/saving/saving_lib.py.
enum StructureLayout {
  // Keras 2.13 and later called the list of layers so.
  private static let oldContainer = "_layer_checkpoint_dependencies"
  // Random state belongs to a run, an optimizer's to its training: neither is a weight.
  private static let ignored: Set<String> = ["seed_generator", "optimizer", "metrics", "compile_metrics"]

  /// Whether this is such a file.
  static func describes(_ file: HDF5File) -> Bool {
    ["layers", oldContainer, "vars"].contains { file.members(of: $0) != nil }
  }

  /// The layers in the order of their paths; their chains are paths such as `layers/conv2d_1`.
  static func layers(of file: HDF5File) -> [StoredLayer] {
    var result: [StoredLayer] = []
    collect("", in: file, into: &result)
    return result
  }

  private static func collect(_ group: String, in file: HDF5File, into result: inout [StoredLayer]) {
    let prefix = group.isEmpty ? "" : group + "/"
    let members = file.members(of: group) ?? []
    let numbered = (file.members(of: prefix + "vars") ?? []).sorted(by: naturally)
    let variables = numbered.compactMap { number -> StoredLayer.Variable? in
      let path = prefix + "vars/" + number
      return file.shape(of: path).map { StoredLayer.Variable(name: number, path: path, shape: $0) }
    }
    if !variables.isEmpty {
      let chain = group.split(separator: "/").map { $0 == oldContainer ? "layers" : String($0) }
      result.append(StoredLayer(chain: chain, variables: variables))
    }
    for member in members.sorted(by: naturally) where member != "vars" && !ignored.contains(member) {
      collect(prefix + member, in: file, into: &result)
    }
  }

  // `conv2d_2` stands before `conv2d_10`.
  private static func naturally(_ left: String, _ right: String) -> Bool {
    func key(_ name: String) -> (String, Int) {
      let digits = name.reversed().prefix { $0.isNumber }.count
      return (String(name.dropLast(digits)), Int(name.suffix(digits)) ?? -1)
    }
    let (a, b) = (key(left), key(right))
    return a.0 == b.0 ? a.1 < b.1 : a.0 < b.0
  }
}
