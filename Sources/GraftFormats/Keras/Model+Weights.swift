internal import GraftCore
public import GraftLayers

extension Model {
  /// Reads weights from an HDF5 file in any of Keras's layouts, matched by name.
  ///
  /// - Parameters:
  ///   - path: A legacy `.h5` of weights, a whole Keras model saved as `.h5`, or a Keras 3 `.weights.h5`.
  ///   - allowExtra: Whether the file may hold layers that this model does not have, such as a top.
  /// - Throws: `GraftError.weightMismatch`, with the complete list of weights that are missing, left over or of another
  ///   shape; no weight is changed then.
  public func loadWeights(from path: String, allowExtra: Bool = false) throws {
    let file = try KerasWeightFile(contentsOf: path)
    let tensors = try file.tensors(for: slots, allowExtra: allowExtra)
    for (layer, values) in zip(layers, tensors) {
      for (owned, value) in zip(layer.ownedVariables, values) { try owned.variable.assign(value) }
    }
  }

  private var slots: [LayerSlots] {
    layers.map { layer in
      LayerSlots(
        name: layer.name, className: layer.className,
        variables: layer.variables.map { VariableSlot(name: $0.name, shape: $0.shape) },
        children: (layer as? Model)?.slots ?? [])
    }
  }
}
