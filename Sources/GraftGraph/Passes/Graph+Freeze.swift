extension Graph {
  /// The graph with every weight a constant, as inference sees it.
  package func frozen() -> Graph {
    var result = rewritten { _, node, graph in
      var node = node
      if case .batchNormalization(var normalization) = node.operation {
        normalization.usesBatchStatistics = false
        node.operation = .batchNormalization(normalization)
      }
      return graph.add(node)
    }
    result.setRole(.frozen)
    return result
  }
}
