internal import GraftCore

extension Graph {
  /// Folds a frozen batch normalisation into the trainable convolution before it, as a constant scale and offset per filter.
  ///
  /// The convolution then runs with a scaled kernel, forward and backward, and no normalisation passes over the picture.
  /// Convolutions that are frozen themselves are the matter of `foldingBatchNormalization`.
  package func foldingFrozenNormalization() -> Graph {
    let consumers = consumers
    let outputs = Set(outputs)
    return rewritten { id, node, graph in
      guard case .batchNormalization(let normalization) = node.operation, !normalization.usesBatchStatistics,
        node.parameters.allSatisfy({ graph[$0].role == .frozen })
      else { return graph.add(node) }
      let original = self[id].inputs[0]
      guard consumers[original.index].count == 1, !outputs.contains(original) else { return graph.add(node) }
      var producer = graph[node.inputs[0]]
      guard case .convolution(var convolution) = producer.operation, !convolution.hasAffine, !convolution.addsResidual,
        convolution.activation == .linear, producer.parameters.contains(where: { graph[$0].role == .trainable })
      else { return graph.add(node) }
      let affine = ChannelAffine(normalization, node.parameters.map { graph[$0].value })
      func constant(_ name: String, _ values: [Double]) -> ParameterID {
        graph.add(Parameter(name: "\(node.name)/\(name)", value: Tensor(values.map { Float($0) }), role: .frozen))
      }
      convolution.hasAffine = true
      producer.operation = .convolution(convolution)
      producer.parameters += [constant("scale", affine.scale), constant("offset", affine.offset)]
      return graph.add(producer)
    }.removingDeadNodes()
  }
}
