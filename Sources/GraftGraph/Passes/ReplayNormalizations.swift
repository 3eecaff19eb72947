internal import GraftCore

extension Graph {
  /// Lets the reverse pass compute the largest results of normalisations once more, instead of keeping them.
  ///
  /// A normalisation by the batch keeps its argument for its own gradient; from that and the saved statistics its result
  /// follows by one pass. The largest results that together are 40 % of all are treated so: in MobileNetV2 those of the
  /// first blocks, half a gigabyte in a batch of 32 for a twentieth of a step's time.
  package func replayingNormalizations(share: Double = 0.4) -> Graph {
    let chosen = replayed(share)
    guard !chosen.isEmpty else { return self }
    var known: [NodeID: NodeID] = [:]
    return rewritten { id, node, graph in
      guard case .gradient = node.operation else { return graph.add(node) }
      var node = node
      for (place, original) in self[id].inputs.enumerated() where chosen.contains(original) {
        let forward = node.inputs[place]
        guard case .batchNormalization(let normalization) = graph[forward].operation else { continue }
        let replay =
          known[original]
          ?? graph.add(
            Node(
              name: graph[forward].name, operation: .gradient(.replay(normalization)),
              inputs: [graph[forward].inputs[0]], forward: forward, shape: graph[forward].shape))
        known[original] = replay
        node.inputs[place] = replay
      }
      return graph.add(node)
    }
  }

  /// The largest normalisations by the batch that a reverse step reads.
  private func replayed(_ share: Double) -> Set<NodeID> {
    let consumers = consumers
    let candidates = ids.filter { id in
      guard case .batchNormalization(let normalization) = self[id].operation, normalization.usesBatchStatistics else {
        return false
      }
      return consumers[id.index].contains { if case .gradient = self[$0].operation { true } else { false } }
    }
    .sorted { a, b in
      let (left, right) = (self[a].shape.count, self[b].shape.count)
      return left != right ? left > right : a < b
    }
    let total = candidates.reduce(0) { $0 + self[$1].shape.count }
    var chosen: Set<NodeID> = []
    var sum = 0
    for id in candidates {
      guard Double(sum) < share * Double(total) else { break }
      chosen.insert(id)
      sum += self[id].shape.count
    }
    return chosen
  }
}
