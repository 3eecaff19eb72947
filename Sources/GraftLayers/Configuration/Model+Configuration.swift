package import GraftCore

extension Model {
  /// The model as Keras 3 describes a functional model; `ModelReader` reads it back.
  package var modelConfiguration: JSONValue {
    get throws {
      try check()
      let calls = ModelCalls(self)
      func reference(_ tensor: SymbolicTensor) -> JSONValue {
        [.string(tensor.layer.name), .int(calls.index(of: tensor)), 0]
      }
      func argument(_ tensor: SymbolicTensor) -> JSONValue {
        [
          "class_name": "__keras_tensor__",
          "config": [
            "shape": .array([.null] + tensor.shape.dimensions.map { .int($0) }), "dtype": "float32",
            "keras_history": reference(tensor),
          ],
        ]
      }
      let entries: [JSONValue] = try layers.map { layer in
        var config: JSONValue
        if let model = layer as? Model {
          config = try model.modelConfiguration["config"] ?? .null
        } else {
          var values = layer.configuration
          values["name"] = .string(layer.name)
          values["trainable"] = .bool(layer.isTrainable)
          config = .object(values)
        }
        let nodes: [JSONValue] = calls.results(of: layer).filter { !$0.inputs.isEmpty }.map { tensor in
          let arguments = tensor.inputs.map(argument)
          // Merging layers take one list, all others one tensor.
          return ["args": .array(arguments.count == 1 ? arguments : [.array(arguments)]), "kwargs": [:]]
        }
        return [
          "module": "keras.layers", "class_name": .string(layer is Model ? "Functional" : layer.className),
          "config": config, "registered_name": nil, "name": .string(layer.name), "inbound_nodes": .array(nodes),
        ]
      }
      return [
        "class_name": "Functional",
        "config": [
          "name": .string(name), "trainable": true, "layers": .array(entries),
          "input_layers": [reference(input)], "output_layers": [reference(output)],
        ],
      ]
    }
  }

  /// The same network with the same weights for another input shape.
  ///
  /// - Throws: `GraftError.shapeMismatch` if a layer's weights depend on the size, as after `Flatten`.
  package func resized(to inputShape: Shape) throws -> Model {
    if input.shape == inputShape { return self }
    let copy = try ModelReader.model(modelConfiguration, inputShape: inputShape, preprocessing: preprocessing)
    for (old, new) in zip(ownedVariables, copy.ownedVariables) {
      guard old.variable.shape == new.variable.shape else {
        throw GraftError(
          .shapeMismatch,
          """
          The network cannot take inputs of shape \(inputShape): \(old.layer.name)/\(old.variable.name) of shape \
          \(old.variable.shape) would have to be \(new.variable.shape). Only networks without Flatten can change their \
          size.
          """)
      }
      try new.variable.assign(old.variable.value)
    }
    for (old, new) in zip(allLayers, copy.allLayers) { new.learningRateMultiplier = old.learningRateMultiplier }
    copy.provenance = provenance
    return copy
  }
}
