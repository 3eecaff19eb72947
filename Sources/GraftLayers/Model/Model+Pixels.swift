internal import GraftCore
internal import GraftGraph

extension Model {
  /// The same network with its preprocessing as a layer in front, so that it takes pixels from 0 to 255, red, green, blue.
  ///
  /// - Throws: `GraftError.unsupported` if the network does not say how it is fed.
  package func takingPixels() throws -> Model {
    guard let preprocessing else {
      throw GraftError(
        .unsupported,
        "The network does not say what turns pictures into its input: there is no preprocessing to make a layer of.")
    }
    guard preprocessing != .none else { return self }
    guard input.shape.rank == 3, input.shape[2] == 3 else {
      throw GraftError(
        .shapeMismatch, "Preprocessing needs pictures with three channels. The network's input is \(input.shape).")
    }
    var name = "preprocessing"
    while layers.contains(where: { $0.name == name }) { name += "_" }
    let (layer, weights) = preprocessing.layer(named: name)
    let copy = try ModelReader.model(configuration(before: layer))
    let inner = copy.ownedVariables.filter { $0.layer.name != name }
    for (variable, value) in zip(try copy.layer(named: name).variables, weights) { try variable.assign(value) }
    guard inner.count == ownedVariables.count else {
      throw GraftError(.unsupported, "The network cannot be built again with a layer in front of it.")
    }
    for (old, new) in zip(ownedVariables, inner) { try new.variable.assign(old.variable.value) }
    if let quantization {
      copy.quantization = try quantization.reading(layer: name, in: copy.graph(), not: input.layer.name)
    }
    return copy
  }

  /// The configuration with a layer between the input and all that reads it.
  private func configuration(before layer: Layer) throws -> JSONValue {
    var model = try modelConfiguration.object ?? [:]
    var config = model["config"]?.object ?? [:]
    var entries = config["layers"]?.array ?? []
    for index in entries.indices {
      guard var entry = entries[index].object else { continue }
      if entry["name"]?.string == input.layer.name {
        var values = entry["config"]?.object ?? [:]
        values["graft_preprocessing"] = Preprocessing.none.configuration
        entry["config"] = .object(values)
      } else {
        entry["inbound_nodes"] = entry["inbound_nodes"]?.redirected(from: input.layer.name, to: layer.name)
      }
      entries[index] = .object(entry)
    }
    var values = layer.configuration
    values["name"] = .string(layer.name)
    // Its numbers are the pictures' and nothing to train.
    values["trainable"] = false
    let argument: JSONValue = [
      "class_name": "__keras_tensor__",
      "config": [
        "shape": .array([.null] + input.shape.dimensions.map { .int($0) }), "dtype": "float32",
        "keras_history": [.string(input.layer.name), 0, 0],
      ],
    ]
    let entry: JSONValue = [
      "module": "keras.layers", "class_name": .string(layer.className), "config": .object(values),
      "registered_name": nil, "name": .string(layer.name), "inbound_nodes": [["args": [argument], "kwargs": [:]]],
    ]
    config["layers"] = .array([entry] + entries)
    model["config"] = .object(config)
    return .object(model)
  }
}

extension JSONValue {
  /// The same with every reference to one layer's result turned into one to another's.
  fileprivate func redirected(from old: String, to new: String) -> JSONValue {
    if let items = array { return .array(items.map { $0.redirected(from: old, to: new) }) }
    guard var members = object else { return self }
    if let history = members["keras_history"]?.array, history.first?.string == old {
      members["keras_history"] = .array([.string(new)] + history.dropFirst())
      return .object(members)
    }
    return .object(members.mapValues { $0.redirected(from: old, to: new) })
  }
}
