internal import GraftCore

extension Model {
  /// The network up to and with one of its layers, which may lie in a nested model. Weights are shared.
  ///
  /// - Throws: `GraftError.invalidArgument`, naming the nearest layers, if there is no such layer.
  ///
  /// ```swift
  /// let base = try model.cut(at: "block_13_expand_relu")
  /// ```
  public func cut(at layerName: String) throws -> Model {
    try cut(at: layer(named: layerName))
  }

  /// The network up to and with its last layer for which a condition holds, nested models included; nil if there is none.
  package func cut(atLast condition: (Layer) -> Bool) throws -> Model? {
    guard let layer = allLayers.last(where: condition) else { return nil }
    return try cut(at: layer)
  }

  private func cut(at layer: Layer) throws -> Model {
    if let tensor = tensors.last(where: { $0.layer === layer }) {
      return Model(inputs: input, outputs: tensor, name: name)
    }
    for tensor in tensors {
      guard let nested = tensor.layer as? Model, nested.allLayers.contains(where: { $0 === layer }) else { continue }
      return Model(inputs: input, outputs: try nested.cut(at: layer)(tensor.inputs), name: name)
    }
    throw GraftError(.invalidArgument, "Layer \"\(layer.name)\" is not part of the model \"\(name)\".")
  }
}
