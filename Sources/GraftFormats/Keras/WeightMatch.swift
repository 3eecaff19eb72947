internal import GraftCore

/// Which weight of a file goes into which slot, and all that does not fit.
struct WeightMatch {
  let leaves: [LeafSlots]
  let stored: [StoredLayer]
  private(set) var problems = WeightProblems()
  private var chosen: [[StoredLayer.Variable]]
  private var used: Set<Int> = []

  init(_ leaves: [LeafSlots], in stored: [StoredLayer]) {
    self.leaves = leaves
    self.stored = stored
    chosen = Array(repeating: [], count: leaves.count)
  }

  /// The datasets for each leaf's slots, in their order; complete only without problems.
  var datasets: [[String]] { chosen.map { $0.map(\.path) } }

  func isFree(_ index: Int) -> Bool { !used.contains(index) }

  /// Fills a leaf from a stored layer whose variables are found by their names.
  mutating func assignByName(leaf index: Int, from storedIndex: Int) {
    let leaf = leaves[index]
    var rest = stored[storedIndex].variables
    let names = Set(rest.map(\.name))
    let known = leaf.variables.contains { slot in names.contains(slot.name) || names.contains(alias(slot, leaf) ?? "") }
    // Files of Keras 1 and some converters have names of their own (`conv1_W_1`): there the order decides, as in Keras.
    if !known, rest.map(\.shape) == leaf.variables.map(\.shape) {
      return assignByOrder(leaf: index, from: storedIndex)
    }
    for slot in leaf.variables {
      guard let place = place(of: slot, leaf, in: rest) else {
        problems.add(missing: slot, of: leaf)
        continue
      }
      take(rest.remove(at: place), for: slot, leaf: index)
    }
    finish(storedIndex, leftOver: rest)
  }

  /// Fills a leaf from a stored layer whose variables stand in the slots' order.
  mutating func assignByOrder(leaf index: Int, from storedIndex: Int) {
    let variables = stored[storedIndex].variables
    for (place, slot) in leaves[index].variables.enumerated() {
      if place < variables.count {
        take(variables[place], for: slot, leaf: index)
      } else {
        problems.add(missing: slot, of: leaves[index])
      }
    }
    finish(storedIndex, leftOver: Array(variables.dropFirst(leaves[index].variables.count)))
  }

  /// Notes that the file has nothing for a leaf.
  mutating func addMissing(leaf index: Int, lookedFor place: String? = nil) {
    for slot in leaves[index].variables { problems.add(missing: slot, of: leaves[index], lookedFor: place) }
  }

  /// Notes that several stored layers could be meant.
  mutating func addAmbiguous(leaf index: Int, candidates: [Int]) {
    problems.add(ambiguous: leaves[index], candidates: candidates.map { stored[$0].chain.joined(separator: "/") })
    used.formUnion(candidates)
  }

  /// Notes every stored layer that nothing asked for.
  mutating func addUnused() {
    for (index, layer) in stored.enumerated() where isFree(index) {
      for variable in layer.variables { problems.add(extra: variable) }
    }
  }

  private mutating func take(_ variable: StoredLayer.Variable, for slot: VariableSlot, leaf index: Int) {
    if variable.shape != slot.shape { problems.add(misshapen: slot, of: leaves[index], received: variable) }
    chosen[index].append(variable)
  }

  // A weight too many means that the layer was configured differently, so it counts even where extra layers do not.
  private mutating func finish(_ storedIndex: Int, leftOver: [StoredLayer.Variable]) {
    for variable in leftOver { problems.add(extra: variable) }
    used.insert(storedIndex)
  }

  private func place(of slot: VariableSlot, _ leaf: LeafSlots, in rest: [StoredLayer.Variable]) -> Int? {
    rest.firstIndex { $0.name == slot.name } ?? rest.firstIndex { $0.name == alias(slot, leaf) }
  }

  // Keras 2 calls a depthwise layer's weight `depthwise_kernel`, Keras 3 `kernel`; the shapes are equal.
  private func alias(_ slot: VariableSlot, _ leaf: LeafSlots) -> String? {
    guard leaf.className.hasPrefix("Depthwise") else { return nil }
    return switch slot.name {
    case "kernel": "depthwise_kernel"
    case "depthwise_kernel": "kernel"
    default: nil
    }
  }
}
