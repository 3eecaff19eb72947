extension Graph {
  /// Lets a normalisation by the batch apply the rectifier that follows it.
  ///
  /// In training a picture's values then pass through memory once less, forward and backward: the reverse pass sees from the
  /// normalisation's argument where the rectifier cut.
  package func fusingNormalizations() -> Graph {
    let consumers = consumers
    let outputs = Set(outputs)
    return rewritten { id, node, graph in
      guard case .activation(let activation) = node.operation, activation == .relu || activation == .relu6 else {
        return graph.add(node)
      }
      let original = self[id].inputs[0]
      guard consumers[original.index].count == 1, !outputs.contains(original) else { return graph.add(node) }
      var producer = graph[node.inputs[0]]
      guard case .batchNormalization(var normalization) = producer.operation, normalization.usesBatchStatistics,
        normalization.activation == .linear
      else { return graph.add(node) }
      normalization.activation = activation
      producer.operation = .batchNormalization(normalization)
      return graph.add(producer)
    }.removingDeadNodes()
  }
}
