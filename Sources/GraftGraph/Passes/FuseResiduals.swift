extension Graph {
  /// Lets a convolution add the other operand of the sum that follows it, while its result is still in registers.
  package func fusingResiduals() -> Graph {
    let consumers = consumers
    let outputs = Set(outputs)
    return rewritten { id, node, graph in
      guard node.operation == .add, node.inputs.count == 2, node.inputs[0] != node.inputs[1] else {
        return graph.add(node)
      }
      // The later operand is fused: by then the other one has been computed.
      let last = self[id].inputs[0] < self[id].inputs[1] ? 1 : 0
      let original = self[id].inputs[last]
      var producer = graph[node.inputs[last]]
      guard consumers[original.index].count == 1, !outputs.contains(original),
        case .convolution(var convolution) = producer.operation,
        convolution.activation == .linear, !convolution.addsResidual
      else { return graph.add(node) }
      convolution.addsResidual = true
      producer.operation = .convolution(convolution)
      producer.inputs.append(node.inputs[1 - last])
      return graph.add(producer)
    }.removingDeadNodes()
  }
}
