extension Graph {
  /// Drops what changes nothing outside training: dropout, linear activations, reshapes to the same shape, empty paddings.
  package func removingIdentities(training: Bool = false) -> Graph {
    rewritten { _, node, graph in
      let isIdentity =
        switch node.operation {
        case .dropout(let dropout): !training || dropout.rate == 0
        case .activation(.linear): true
        case .trainingOnly: !training
        case .transpose(let order): order == Array(order.indices)
        case .repetition(let shape): shape == graph[node.inputs[0]].shape
        case .reshape(let shape): shape == graph[node.inputs[0]].shape
        case .zeroPadding(let sides), .cropping(let sides): sides.isEmpty
        case .rescaling(let scale, let offset): scale == 1 && offset == 0
        case .add, .concatenate: node.inputs.count == 1
        default: false
        }
      return isIdentity ? node.inputs[0] : graph.add(node)
    }
  }
}
