extension Graph {
  /// Moves zeros around a picture into the largest-value pooling that reads it, where all values are known not to be negative:
  /// a zero is then never larger than a window's own values, and the pooling need not see it in memory.
  package func foldingPoolingPadding() -> Graph {
    return rewritten { _, node, graph in
      guard case .pooling(var pooling) = node.operation, pooling.kind == .max, pooling.padding.isEmpty,
        case .zeroPadding(let padding) = graph[node.inputs[0]].operation
      else { return graph.add(node) }
      let picture = graph[node.inputs[0]].inputs[0]
      // A window must keep at least one pixel of the picture.
      guard graph[picture].isNeverNegative, max(padding.top, padding.bottom) < pooling.window.height,
        max(padding.left, padding.right) < pooling.window.width
      else { return graph.add(node) }
      pooling.padding = padding
      var folded = node
      folded.operation = .pooling(pooling)
      folded.inputs = [picture]
      return graph.add(folded)
    }.removingDeadNodes()
  }
}

extension Node {
  /// Whether an activation makes sure of it.
  fileprivate var isNeverNegative: Bool {
    let activation: Activation =
      switch operation {
      case .activation(let activation): activation
      case .convolution(let convolution): convolution.activation
      case .dense(let dense): dense.activation
      case .batchNormalization(let normalization): normalization.activation
      default: .linear
      }
    return [.relu, .relu6, .sigmoid, .hardSigmoid, .softmax, .softplus, .exponential].contains(activation)
  }
}
