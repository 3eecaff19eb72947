extension Graph {
  /// Moves zero padding into the convolution that reads it, which then never sees the zeros in memory.
  public func foldingZeroPadding() -> Graph {
    rewritten { _, node, graph in
      guard case .convolution(var convolution) = node.operation,
        case .zeroPadding(let padding) = graph[node.inputs[0]].operation
      else { return graph.add(node) }
      var folded = node
      convolution.padding = convolution.padding + padding
      folded.operation = .convolution(convolution)
      folded.inputs[0] = graph[node.inputs[0]].inputs[0]
      return graph.add(folded)
    }.removingDeadNodes()
  }
}
