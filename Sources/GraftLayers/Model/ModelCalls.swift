/// The calls of a model's layers: a layer that is called several times has several results.
struct ModelCalls {
  private var results: [ObjectIdentifier: [SymbolicTensor]] = [:]
  private var indices: [ObjectIdentifier: Int] = [:]

  init(_ model: Model) {
    for tensor in model.tensors {
      let layer = ObjectIdentifier(tensor.layer)
      indices[ObjectIdentifier(tensor)] = results[layer, default: []].count
      results[layer, default: []].append(tensor)
    }
  }

  /// The results of a layer's calls, in the order of the calls.
  func results(of layer: Layer) -> [SymbolicTensor] { results[ObjectIdentifier(layer)] ?? [] }

  /// The number of the call that gave a tensor, among those of its layer.
  func index(of tensor: SymbolicTensor) -> Int { indices[ObjectIdentifier(tensor)] ?? 0 }
}
