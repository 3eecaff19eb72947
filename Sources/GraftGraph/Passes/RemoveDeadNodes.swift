extension Graph {
  /// Drops nodes that no output depends on.
  ///
  /// - Parameter keepingInputs: Keeps inputs that nothing reads, so that callers may go on feeding them.
  package func removingDeadNodes(keepingInputs: Bool = true) -> Graph {
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    for id in outputs { isNeeded[id.index] = true }
    for id in ids.reversed() {
      let node = self[id]
      if !node.gradients.isEmpty || (keepingInputs && node.operation == .input) { isNeeded[id.index] = true }
      guard isNeeded[id.index] else { continue }
      for input in node.inputs { isNeeded[input.index] = true }
      if let forward = node.forward { isNeeded[forward.index] = true }
    }
    // A dropped node translates to any node that stands: nothing that is kept reads it.
    return rewritten { id, node, graph in isNeeded[id.index] ? graph.add(node) : NodeID(0) }
  }
}
