extension Graph {
  /// A name for every node that is the same in every graph made of the same layers: the layer's, numbered from the second
  /// operation of that layer on.
  package var nodeNames: [String] {
    numbered(nodes.map(\.name))
  }

  /// A name for every value of an optimised graph: the layer's, and what is computed, with everything fused in. A layer that
  /// computes something else in another graph (because something is no longer fused in) makes another value.
  package var valueNames: [String] {
    numbered(nodes.map { "\($0.name): \($0.operation.summary)" })
  }

  private func numbered(_ names: [String]) -> [String] {
    var counts: [String: Int] = [:]
    return names.map { name in
      counts[name, default: 0] += 1
      let count = counts[name] ?? 1
      return count == 1 ? name : "\(name) #\(count)"
    }
  }

  /// The graph with a part of it quantised: that part optimised by itself, so that its numbers do not depend on what follows,
  /// then the rest as it is.
  package func quantized(by quantization: Quantization) -> Graph {
    let regions = regions(of: quantization)
    let front = regions.frozen.frozen().optimizedForInference().quantizing(quantization)
    return front.isQuantized ? front.followed(by: regions.trainable) : self
  }

  /// The quantised part, as floats, and the rest.
  package func regions(of quantization: Quantization) -> Regions {
    let names = nodeNames
    let region = Set(quantization.region)
    return Regions(self) { id, _ in region.contains(names[id.index]) }
  }

  /// What stays quantised where only the frozen part can be.
  ///
  /// - Returns: nil if nothing stays.
  package func frozenPart(of quantization: Quantization) -> Quantization? {
    let names = nodeNames
    let frozen = Regions(self).frozenNodes
    let kept = quantization.keeping(Set(ids.filter(frozen.contains).map { names[$0.index] }))
    return quantized(by: kept).isQuantized ? kept : nil
  }

  /// Whether anything is computed with whole numbers.
  package var isQuantized: Bool {
    nodes.contains { if case .quantized = $0.operation { true } else { false } }
  }

  /// This graph with another one behind it, whose inputs are this one's outputs.
  func followed(by other: Graph) -> Graph {
    var result = self
    let offset = result.parameters.count
    for parameter in other.parameters { _ = result.add(parameter) }
    var translated: [NodeID: NodeID] = [:]
    for (input, output) in zip(other.inputs, outputs) { translated[input] = output }
    for id in other.ids where translated[id] == nil {
      var node = other[id]
      node.inputs = node.inputs.compactMap { translated[$0] }
      node.parameters = node.parameters.map { ParameterID($0.index + offset) }
      translated[id] = result.add(node)
    }
    result.outputs = other.outputs.compactMap { translated[$0] }
    return result
  }
}
