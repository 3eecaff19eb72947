internal import GraftCore

extension Graph {
  /// Folds a batch normalisation that runs on its moving statistics into the convolution or matrix before it.
  ///
  /// With s = γ / √(σ² + ε): kernel ← kernel · s per output channel, bias ← (bias − μ) · s + β, computed in double
  /// precision. A rescaling is folded in the same way. Only frozen weights are folded, and only where nothing else reads the
  /// result in between.
  package func foldingBatchNormalization() -> Graph {
    let consumers = consumers
    let outputs = Set(outputs)
    return rewritten { id, node, graph in
      guard node.shape.rank > 0, let affine = graph.affine(of: node, channels: node.shape[-1]),
        let original = self[id].inputs.first
      else { return graph.add(node) }
      guard consumers[original.index].count == 1, !outputs.contains(original) else { return graph.add(node) }

      var producer = graph[node.inputs[0]]
      guard producer.parameters.allSatisfy({ graph[$0].role == .frozen }) else { return graph.add(node) }
      let hadBias: Bool
      switch producer.operation {
      case .convolution(var convolution) where convolution.activation == .linear && !convolution.addsResidual:
        hadBias = convolution.hasBias
        convolution.hasBias = true
        producer.operation = .convolution(convolution)
      case .dense(var dense) where dense.activation == .linear:
        hadBias = dense.hasBias
        dense.hasBias = true
        producer.operation = .dense(dense)
      default: return graph.add(node)
      }

      let kernel = graph[producer.parameters[0]]
      let bias = hadBias ? graph[producer.parameters[1]].value : Tensor(zeros: [affine.scale.count])
      let kernelID = graph.add(
        Parameter(name: kernel.name + "·\(node.name)", value: affine.scaling(kernel.value), role: .frozen))
      let biasID = graph.add(
        Parameter(name: "\(producer.name)/bias·\(node.name)", value: affine.applied(to: bias), role: .frozen))
      producer.parameters = [kernelID, biasID]
      return graph.add(producer)
    }.removingDeadNodes()
  }
}
