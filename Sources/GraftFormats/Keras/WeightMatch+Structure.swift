extension WeightMatch {
  /// Matches layers one by one in their order, as Keras reads its older files; nil unless every shape fits.
  static func byOrder(_ leaves: [LeafSlots], in stored: [StoredLayer], allowExtra: Bool) -> WeightMatch? {
    guard stored.count == leaves.count || allowExtra && stored.count > leaves.count else { return nil }
    var match = WeightMatch(leaves, in: stored)
    for (index, leaf) in leaves.enumerated() {
      guard stored[index].variables.map(\.shape) == leaf.variables.map(\.shape) else { return nil }
      match.assignByOrder(leaf: index, from: index)
    }
    return match
  }

  /// Matches layers by the paths that Keras 3 derives from the model's structure.
  ///
  /// `prefix` is the nested model in the file that the slots stand for, such as `layers/functional/`; `flattened` takes
  /// nested slots for the layers of a flat model.
  static func byStructure(
    _ leaves: [LeafSlots], in stored: [StoredLayer], prefix: String, flattened: Bool, allowExtra: Bool
  ) -> WeightMatch {
    var match = WeightMatch(leaves, in: stored)
    let byPath = Dictionary(stored.indices.map { (stored[$0].chain.joined(separator: "/"), $0) }) { first, _ in first }
    for (index, leaf) in leaves.enumerated() {
      let path = prefix + (flattened ? leaf.flatStructurePath : leaf.structurePath)
      if let found = byPath[path], match.isFree(found) {
        match.assignByOrder(leaf: index, from: found)
      } else {
        match.addMissing(leaf: index, lookedFor: path)
      }
    }
    if !allowExtra { match.addUnused() }
    return match
  }
}
