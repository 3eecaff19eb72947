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
      guard graph.isNonNegative(picture), max(padding.top, padding.bottom) < pooling.window.height,
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
