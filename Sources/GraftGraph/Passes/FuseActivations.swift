extension Graph {
  /// Lets a convolution or matrix apply the element-wise activation that follows it, and a normalisation a rectifier.
  package func fusingActivations() -> Graph {
    let consumers = consumers
    let outputs = Set(outputs)
    return rewritten { id, node, graph in
      guard case .activation(let activation) = node.operation, activation.isFusible else { return graph.add(node) }
      let original = self[id].inputs[0]
      guard consumers[original.index].count == 1, !outputs.contains(original) else { return graph.add(node) }
      var producer = graph[node.inputs[0]]
      switch producer.operation {
      case .convolution(var convolution) where convolution.activation == .linear:
        convolution.activation = activation
        producer.operation = .convolution(convolution)
      case .dense(var dense) where dense.activation == .linear:
        dense.activation = activation
        producer.operation = .dense(dense)
      case .batchNormalization(var normalization)
      where normalization.activation == .linear && activation == .relu && !normalization.usesBatchStatistics:
        normalization.activation = activation
        producer.operation = .batchNormalization(normalization)
      default: return graph.add(node)
      }
      return graph.add(producer)
    }.removingDeadNodes()
  }
}
