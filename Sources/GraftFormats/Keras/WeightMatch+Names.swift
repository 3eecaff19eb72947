extension WeightMatch {
  /// How the variables within a layer are told apart.
  enum VariableKey { case name, order }

  /// Matches layers by their names, and by the models around them where names alone leave a choice.
  static func byNames(
    _ leaves: [LeafSlots], in stored: [StoredLayer], variables key: VariableKey, allowExtra: Bool
  ) -> WeightMatch {
    var match = WeightMatch(leaves, in: stored)
    let byChain = Dictionary(stored.indices.map { (stored[$0].chain, $0) }) { first, _ in first }
    let byName = Dictionary(grouping: stored.indices) { stored[$0].name }
    let byGroup = Dictionary(grouping: stored.indices) { stored[$0].chain.first ?? "" }
    // Whole paths first, so that equal names in two nested models find their own.
    var open: [Int] = []
    for (index, leaf) in leaves.enumerated() {
      if let found = byChain[leaf.chain], match.isFree(found) {
        match.assign(leaf: index, from: found, key)
      } else {
        open.append(index)
      }
    }
    for index in open {
      let leaf = leaves[index]
      var candidates = (byName[leaf.name] ?? []).filter(match.isFree)
      if candidates.count > 1 {
        let nearest = candidates.map { commonSuffix(stored[$0].chain, leaf.chain) }.max()
        candidates = candidates.filter { commonSuffix(stored[$0].chain, leaf.chain) == nearest }
      }
      // Some old files hold a layer's weights under a scope with another name inside of the layer's group.
      if candidates.isEmpty { candidates = (byGroup[leaf.name] ?? []).filter(match.isFree) }
      switch candidates.count {
      case 0: match.addMissing(leaf: index)
      case 1: match.assign(leaf: index, from: candidates[0], key)
      default: match.addAmbiguous(leaf: index, candidates: candidates)
      }
    }
    if !allowExtra { match.addUnused() }
    return match
  }

  private mutating func assign(leaf index: Int, from storedIndex: Int, _ key: VariableKey) {
    switch key {
    case .name: assignByName(leaf: index, from: storedIndex)
    case .order: assignByOrder(leaf: index, from: storedIndex)
    }
  }

  private static func commonSuffix(_ left: [String], _ right: [String]) -> Int {
    zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
  }
}
