internal import GraftCore

extension Graph {
  /// Replaces quantised operations by the same on floats: of whole numbers times their scales, with the quantised kernel as
  /// floats, and the result rounded as before. Rounding aside the numbers are the same.
  ///
  /// For machines without instructions for 8 bits, and for kernels that oneDNN has only as plain loops.
  ///
  /// - Parameter isEmulated: Which nodes are replaced.
  package func emulatingQuantization(where isEmulated: (Graph, Node) throws -> Bool) rethrows -> Graph {
    guard isQuantized else { return self }
    var floats: [NodeID: NodeID] = [:]
    return try rewritten { _, node, graph in
      guard case .quantized(let quantized) = node.operation, try isEmulated(graph, node) else { return graph.add(node) }
      var node = node
      node.inputs = node.inputs.map { input in
        if !graph[input].format.isQuantized { return input }
        if let known = floats[input] { return known }
        let conversion = graph.add(
          Node(
            name: graph[input].name, operation: .convert(graph[input].format, to: .float32), inputs: [input],
            shape: graph[input].shape))
        floats[input] = conversion
        return conversion
      }
      var kernel = graph[node.parameters[0]]
      kernel.value = QuantizedWeights(kernel.value, channels: quantized.channels).floats(shape: kernel.value.shape)
      node.parameters[0] = graph.add(kernel)
      node.operation = quantized.floatOperation
      let result = graph.add(node)
      guard quantized.result.isQuantized else { return result }
      return graph.add(
        Node(
          name: node.name, operation: .convert(.float32, to: quantized.result), inputs: [result], shape: node.shape))
    }
  }
}
