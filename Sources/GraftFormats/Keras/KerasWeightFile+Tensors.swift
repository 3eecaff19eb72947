public import GraftCore

extension KerasWeightFile {
  /// The weights for a model's layers, in the slots' order.
  ///
  /// There is one list per element of `layers`: its own variables, then those of its children, depth first. Layers of
  /// `.h5` files are found by name, wherever models are nested on either side, or in their order if names do not fit and all
  /// shapes do; those of `.weights.h5` by Keras 3's rules for the structure, or by the names that newer versions store, if the
  /// structure does not fit.
  ///
  /// With `allowExtra` the file may hold layers that the model does not have, such as a top; a weight too many within a
  /// layer stays an error. Throws one `.weightMismatch` that lists all that is missing, left over or of another shape.
  public func tensors(for layers: [LayerSlots], allowExtra: Bool = false) throws -> [[Tensor]] {
    let leaves = LeafSlots.leaves(of: layers)
    let match = layout == .keras3Weights ? try structureMatch(leaves, allowExtra) : nameMatch(leaves, allowExtra)
    guard match.problems.isEmpty else {
      throw match.problems.error(
        path: file.path, layout: layout, stored: storedLayers.reduce(0) { $0 + $1.variables.count },
        wanted: leaves.reduce(0) { $0 + $1.variables.count })
    }
    try file.checkRoom(for: match.datasets.flatMap { $0 })
    var result = [[Tensor]](repeating: [], count: layers.count)
    for (leaf, datasets) in zip(leaves, match.datasets) {
      for dataset in datasets { result[leaf.topIndex].append(try file.tensor(at: dataset)) }
    }
    return result
  }

  // Keras itself reads these files in the order of the layers. Names say more, but not where a network leaves them to chance:
  // `conv2d_7` is another layer in every process, and older files count from 1.
  private func nameMatch(_ leaves: [LeafSlots], _ allowExtra: Bool) -> WeightMatch {
    let match = WeightMatch.byNames(leaves, in: storedLayers, variables: .name, allowExtra: allowExtra)
    // What is ambiguous is never guessed.
    guard !match.problems.isEmpty, match.problems.ambiguous.isEmpty,
      let ordered = WeightMatch.byOrder(leaves, in: storedLayers, allowExtra: allowExtra)
    else { return match }
    return ordered
  }

  // The readings that are possible, the likely ones first; the first that fits wholly, else the one that fits best.
  private func structureMatch(_ leaves: [LeafSlots], _ allowExtra: Bool) throws -> WeightMatch {
    var best = WeightMatch.byStructure(leaves, in: storedLayers, prefix: "", flattened: false, allowExtra: allowExtra)
    func consider(_ match: @autoclosure () throws -> WeightMatch?) rethrows {
      guard !best.problems.isEmpty, let match = try match() else { return }
      if match.problems.count < best.problems.count { best = match }
    }
    consider(.byStructure(leaves, in: storedLayers, prefix: "", flattened: true, allowExtra: allowExtra))
    for model in nestedModels {
      consider(.byStructure(leaves, in: storedLayers, prefix: model, flattened: false, allowExtra: allowExtra))
    }
    try consider(
      namedLayers().map { .byNames(leaves, in: $0, variables: .order, allowExtra: allowExtra) })
    return best
  }

  /// The paths of the models inside of the file's model: `layers/functional/`.
  private var nestedModels: [String] {
    var result: [String] = []
    for layer in storedLayers {
      // layers / functional / layers / conv2d
      for end in stride(from: 2, to: layer.chain.count - 1, by: 2) where layer.chain[end] == "layers" {
        let path = layer.chain[..<end].joined(separator: "/") + "/"
        if !result.contains(path) { result.append(path) }
      }
    }
    return result
  }

  /// The layers under the names that newer versions of Keras store beside the variables; nil if one has none.
  private func namedLayers() throws -> [StoredLayer]? {
    var result: [StoredLayer] = []
    for layer in storedLayers {
      var chain: [String] = []
      for end in stride(from: 2, through: layer.chain.count, by: 2) {
        let group = layer.chain[..<end].joined(separator: "/")
        guard let name = try file.string(attribute: "name", of: group + "/vars") else { return nil }
        chain.append(name)
      }
      guard !chain.isEmpty, layer.chain.count.isMultiple(of: 2) else { return nil }
      result.append(StoredLayer(chain: chain, variables: layer.variables))
    }
    return result
  }
}
