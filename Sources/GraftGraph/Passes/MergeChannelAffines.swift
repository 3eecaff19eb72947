internal import GraftCore

extension Graph {
  /// Makes one pass over a picture of several that multiply and add per channel: rescalings and normalisations on fixed
  /// statistics, as networks have them that take pixels as they are.
  package func mergingChannelAffines() -> Graph {
    let consumers = consumers
    let outputs = Set(outputs)
    return rewritten { id, node, graph in
      let channels = node.shape.rank == 0 ? 1 : node.shape[-1]
      let first = self[id].inputs.first
      guard let second = graph.affine(of: node, channels: channels), let first, consumers[first.index].count == 1,
        !outputs.contains(first), let inner = graph.affine(of: graph[node.inputs[0]], channels: channels)
      else { return graph.add(node) }
      var merged = node
      merged.inputs = graph[node.inputs[0]].inputs
      let whole = inner.followed(by: second)
      func constant(_ name: String, _ values: [Float]) -> ParameterID {
        graph.add(Parameter(name: "\(node.name)/\(name)", value: Tensor(values), role: .frozen))
      }
      merged.operation = .batchNormalization(
        .init(epsilon: 0, momentum: 1, hasScale: true, hasOffset: true, usesBatchStatistics: false))
      merged.parameters = [
        constant("scale", whole.scale.map { Float($0) }), constant("offset", whole.offset.map { Float($0) }),
        constant("mean", [Float](repeating: 0, count: channels)),
        constant("variance", [Float](repeating: 1, count: channels)),
      ]
      return graph.add(merged)
    }.removingDeadNodes()
  }

  /// What a node multiplies and adds per channel, if that is all that it does and it never changes.
  func affine(of node: Node, channels: Int) -> ChannelAffine? {
    switch node.operation {
    case .rescaling(let scale, let offset): return ChannelAffine(scale: scale, offset: offset, channels: channels)
    case .batchNormalization(let normalization):
      guard !normalization.usesBatchStatistics, normalization.activation == .linear,
        node.parameters.allSatisfy({ self[$0].role == .frozen })
      else { return nil }
      return ChannelAffine(normalization, node.parameters.map { self[$0].value })
    default: return nil
    }
  }
}
