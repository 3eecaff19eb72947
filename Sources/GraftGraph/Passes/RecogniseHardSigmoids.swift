extension Graph {
  /// Takes relu6(x + 3) / 6, as keras.applications.MobileNetV3* writes a hard sigmoid, for one function of one kernel.
  package func recognisingHardSigmoids() -> Graph {
    let consumers = consumers
    let outputs = Set(outputs)
    func isRescaling(_ id: NodeID, _ scale: Float, _ offset: Float) -> Bool {
      self[id].operation == .rescaling(scale: scale, offset: offset)
    }
    func passesOn(_ id: NodeID) -> Bool { consumers[id.index].count == 1 && !outputs.contains(id) }
    return rewritten { id, node, graph in
      guard isRescaling(id, 1 / 6, 0) else { return graph.add(node) }
      let rectifier = self[id].inputs[0]
      guard self[rectifier].operation == .activation(.relu6), passesOn(rectifier) else { return graph.add(node) }
      let shifted = self[rectifier].inputs[0]
      guard isRescaling(shifted, 1, 3), passesOn(shifted) else { return graph.add(node) }
      var sigmoid = node
      sigmoid.operation = .activation(.hardSigmoid)
      sigmoid.inputs = graph[graph[node.inputs[0]].inputs[0]].inputs
      return graph.add(sigmoid)
    }.removingDeadNodes()
  }
}
