internal import GraftCore

/// A graph cut in two by what is trainable.
///
/// A node is frozen if neither it nor anything before it has a trainable parameter, and all of it is deterministic: then
/// its result for a picture is always the same and need be computed only once. The rest is trainable.
package struct Regions: Sendable {
  /// What runs once per picture. Its outputs are the border, in the order of `trainable`'s inputs.
  package let frozen: Graph
  /// What runs in every epoch. Its inputs are the border.
  package let trainable: Graph

  /// The nodes of the whole graph that are frozen.
  package let frozenNodes: Set<NodeID>

  /// Cuts a graph by what is trainable.
  package init(_ graph: Graph) {
    self.init(graph) { _, node in
      node.operation.isDeterministic && node.parameters.allSatisfy { graph[$0].role == .frozen }
    }
  }

  /// Cuts a graph so that those nodes come first which `belongs` accepts and which read only such nodes.
  init(_ graph: Graph, where belongs: (NodeID, Node) -> Bool) {
    var isFrozen = [Bool](repeating: true, count: graph.nodes.count)
    for id in graph.ids {
      isFrozen[id.index] = belongs(id, graph[id]) && graph[id].inputs.allSatisfy { isFrozen[$0.index] }
    }
    frozenNodes = Set(graph.ids.filter { isFrozen[$0.index] })

    // The border: frozen results that trainable nodes, or the caller, read.
    var border: [NodeID] = []
    func cross(_ id: NodeID) { if isFrozen[id.index], !border.contains(id) { border.append(id) } }
    for id in graph.ids where !isFrozen[id.index] { graph[id].inputs.forEach(cross) }
    graph.outputs.forEach(cross)

    var frozen = graph
    frozen.outputs = border
    self.frozen = frozen.removingDeadNodes(keepingInputs: true)

    var trainable = Graph()
    var translated: [NodeID: NodeID] = [:]
    var parameters: [ParameterID: ParameterID] = [:]
    for id in border { translated[id] = trainable.addInput(name: graph[id].name, shape: graph[id].shape) }
    for id in graph.ids where !isFrozen[id.index] {
      var node = graph[id]
      node.inputs = node.inputs.compactMap { translated[$0] }
      node.parameters = node.parameters.map { old in
        if let known = parameters[old] { return known }
        let new = trainable.add(graph[old])
        parameters[old] = new
        return new
      }
      translated[id] = trainable.add(node)
    }
    trainable.outputs = graph.outputs.compactMap { translated[$0] }
    self.trainable = trainable
  }
}
