internal import GraftCore

extension ReversePass {
  /// The rule of each operation: given the gradient of its result, sends gradients to its operands.
  mutating func differentiate(_ id: NodeID, _ gradient: NodeID) throws {
    let node = graph[id]
    let wanted = node.inputs.filter { needsGradient($0) }
    switch node.operation {
    case .dense(let dense):
      if node.parameters.contains(where: { graph[$0].role == .trainable }) {
        _ = add(
          .denseParameters(hasBias: dense.hasBias), for: id, inputs: [node.inputs[0], gradient], shape: [],
          gradients: node.parameters)
      }
      for input in wanted {
        send(
          add(
            .denseInput, for: id, inputs: [gradient], shape: graph[input].shape, parameters: [node.parameters[0]]),
          to: input)
      }
    case .activation(let activation):
      for input in wanted {
        let fromResult = activation.differentiatesFromResult
        send(
          add(
            .activation(activation, fromResult: fromResult), for: id, inputs: [fromResult ? id : input, gradient],
            shape: graph[input].shape),
          to: input)
      }
    case .batchNormalization(let normalization):
      let trainable = node.parameters.filter { graph[$0].role == .trainable }
      guard !trainable.isEmpty || !wanted.isEmpty else { return }
      let result = add(
        .batchNormalization(normalization), for: id, inputs: [node.inputs[0], gradient],
        shape: graph[node.inputs[0]].shape, gradients: trainable, parameters: node.parameters, readsSavedState: true)
      for input in wanted { send(result, to: input) }
    case .globalPooling(let pooling):
      for input in wanted {
        send(
          add(
            .globalPooling(pooling), for: id, inputs: [gradient], shape: graph[input].shape, readsSavedState: true),
          to: input)
      }
    case .pooling(let pooling):
      for input in wanted {
        send(
          add(.pooling(pooling), for: id, inputs: [gradient], shape: graph[input].shape, readsSavedState: true),
          to: input)
      }
    case .layerNormalization(let normalization):
      let trainable = node.parameters.filter { graph[$0].role == .trainable }
      guard !trainable.isEmpty || !wanted.isEmpty else { return }
      let result = add(
        .layerNormalization(normalization), for: id, inputs: [node.inputs[0], gradient],
        shape: graph[node.inputs[0]].shape, gradients: trainable, parameters: node.parameters, readsSavedState: true)
      for input in wanted { send(result, to: input) }
    case .multiply:
      for (input, other) in [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])]
      where needsGradient(input) {
        let shape = graph[input].shape
        if shape == node.shape {
          send(
            graph.add(Node(name: node.name, operation: .multiply, inputs: [gradient, other], shape: shape)), to: input)
        } else {
          send(add(.productSum, for: id, inputs: [gradient, other], shape: shape), to: input)
        }
      }
    case .add:
      for input in wanted { send(gradient, to: input) }
    case .concatenate(let axis):
      var offset = 0
      for input in node.inputs {
        if needsGradient(input) {
          send(
            add(.slice(axis: axis, offset: offset), for: id, inputs: [gradient], shape: graph[input].shape), to: input)
        }
        offset += graph[input].shape[axis]
      }
    case .reshape:
      for input in wanted {
        let shape = graph[input].shape
        send(
          graph.add(Node(name: node.name, operation: .reshape(shape), inputs: [gradient], shape: shape)), to: input)
      }
    case .dropout(let dropout):
      for input in wanted {
        // A rate of 0 is the identity: passes drop it, and no mask exists.
        guard dropout.rate > 0 else {
          send(gradient, to: input)
          continue
        }
        send(
          add(.dropout, for: id, inputs: [gradient], shape: graph[input].shape, readsSavedState: true), to: input)
      }
    case .rescaling(let scale, _):
      for input in wanted {
        send(
          graph.add(
            Node(
              name: node.name, operation: .rescaling(scale: scale, offset: 0), inputs: [gradient],
              shape: graph[input].shape)),
          to: input)
      }
    case .convolution(let convolution): try differentiate(convolution, id, gradient)
    case .zeroPadding(let padding):
      for input in wanted {
        send(add(.crop(padding), for: id, inputs: [gradient], shape: graph[input].shape), to: input)
      }
    case .transposedConvolution, .elementwise, .parametricRectifier, .transpose, .resample, .unitNormalization,
      .repetition, .maximum, .matrixProduct, .trainingOnly:
      try differentiateOther(id, gradient)
    case .cropping(let cropping):
      for input in wanted {
        send(
          graph.add(
            Node(
              name: node.name, operation: .zeroPadding(cropping), inputs: [gradient], shape: graph[input].shape)),
          to: input)
      }
    // Through a foreign function goes no gradient: what is before it could not be trained.
    case .foreign:
      guard wanted.isEmpty else {
        throw GraftError(
          .unsupported, "Layer \"\(node.name)\" is computed outside of Graft: what comes before it cannot be trained.")
      }
    // Whole numbers are for what is frozen: nothing before them follows a gradient.
    case .input, .loss, .gradient, .quantized, .convert: break
    }
  }
}
