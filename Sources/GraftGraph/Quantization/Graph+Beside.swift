extension Graph {
  /// This graph and another one on the same inputs.
  ///
  /// - Returns: Both in one, with this one's nodes where they were; and the places of the other one's.
  package func beside(_ other: Graph) -> (graph: Graph, places: [NodeID]) {
    var result = self
    let offset = result.parameters.count
    for parameter in other.parameters { _ = result.add(parameter) }
    var places: [NodeID] = []
    var ownInputs = inputs.makeIterator()
    for id in other.ids {
      var node = other[id]
      if node.operation == .input, let input = ownInputs.next() {
        places.append(input)
        continue
      }
      node.inputs = node.inputs.map { places[$0.index] }
      node.parameters = node.parameters.map { ParameterID($0.index + offset) }
      places.append(result.add(node))
    }
    return (result, places)
  }
}
