internal import GraftCore
internal import GraftGraph

extension GraphBuilder {
  /// Appends operations that work along the last axis to other axes: those are moved to the end, made one, and moved back.
  ///
  /// - Parameters:
  ///   - axes: Counted with the batch as axis 0; negative ones from the end.
  ///   - body: Appends the operations to a value, along its last axis, without changing its shape.
  mutating func append(
    of layer: Layer, _ input: NodeID, along axes: [Int],
    _ body: (inout GraphBuilder, NodeID) throws -> NodeID
  ) throws -> NodeID {
    let shape = graph[input].shape
    let places = try axes.map { try layer.place(ofAxis: $0, in: shape) }
    if places == [shape.rank - 1] { return try body(&self, input) }
    let chosen = Set(places).sorted()
    let order = (0..<shape.rank).filter { !chosen.contains($0) } + chosen
    let turned = try append(.transpose(order), of: layer, [input], reading: [])
    let turnedShape = graph[turned].shape
    let columns = chosen.reduce(1) { $0 * shape[$1] }
    let rows = try append(.reshape([shape.count / max(columns, 1), columns]), of: layer, [turned], reading: [])
    let result = try append(.reshape(turnedShape), of: layer, [try body(&self, rows)], reading: [])
    let inverse = order.indices.map { axis in order.firstIndex(of: axis) ?? axis }
    return try append(.transpose(inverse), of: layer, [result], reading: [])
  }

  /// Values repeated to one shape, as Keras's merging layers take them: missing axes come first, and axes of length 1 are
  /// repeated.
  mutating func broadcast(_ inputs: [NodeID], of layer: Layer) throws -> [NodeID] {
    let shapes = inputs.map { graph[$0].shape }
    guard Set(shapes).count > 1 else { return inputs }
    let rank = shapes.map(\.rank).max() ?? 0
    let full = shapes.map { Shape([Int](repeating: 1, count: rank - $0.rank) + $0.dimensions) }
    let result = Shape((0..<rank).map { axis in full.lazy.map { $0[axis] }.first { $0 != 1 } ?? 1 })
    for shape in full where !zip(shape.dimensions, result.dimensions).allSatisfy({ $0 == 1 || $0 == $1 }) {
      throw GraftError(
        .shapeMismatch,
        """
        \(layer.name): shapes must be equal but for lengths of 1. Received: \
        \(shapes.map(\.description).joined(separator: ", ")).
        """)
    }
    return try zip(inputs, full).map { input, shape in
      let expanded = try append(.reshape(shape), of: layer, [input], reading: [])
      return try append(.repetition(result), of: layer, [expanded], reading: [])
    }
  }

  /// x · scale + offset per channel by variables that training may change: a normalisation with nothing to normalise, which
  /// passes know how to fold.
  mutating func appendAffine(
    of layer: Layer, _ input: NodeID, scale: Variable? = nil, offset: Variable?
  ) throws -> NodeID {
    let channels: Shape = [graph[input].shape[-1]]
    let trained = [scale, offset].compactMap { $0 }.map { parameter($0, of: layer) }
    guard !trained.isEmpty else { return input }
    let constants = [("mean", Float(0)), ("variance", Float(1))].map { name, value in
      graph.add(
        Parameter(name: "\(layer.name)/\(name)", value: Tensor(repeating: value, shape: channels), role: .frozen))
    }
    return try graph.append(
      .batchNormalization(
        .init(
          epsilon: 0, momentum: 1, hasScale: scale != nil, hasOffset: offset != nil, usesBatchStatistics: false)),
      name: layer.name, inputs: [input], parameters: trained + constants)
  }
}

extension Layer {
  /// The place of an axis in a sample's shape. Axes are counted with the batch as axis 0; negative ones from the end.
  func place(ofAxis axis: Int, in shape: Shape) throws -> Int {
    let place = axis < 0 ? shape.rank + axis : axis - 1
    guard place >= 0, place < shape.rank else {
      throw GraftError(
        .invalidArgument,
        "\(name): axis must name one of the \(shape.rank) axes after the batch. Received: \(axis).")
    }
    return place
  }

  /// The channels of the one value that a normalisation was called on; its axis, the batch being axis 0, must be the last.
  func normalizedChannels(_ shapes: [Shape], axis: Int) throws -> Int {
    guard shapes.count == 1, shapes[0].rank >= 1 else {
      throw GraftError(.shapeMismatch, "\(name): \(className) needs one input with a channel axis.")
    }
    guard axis == -1 || axis == shapes[0].rank else {
      throw GraftError(
        .unsupported,
        """
        \(name): \(className) works along the last axis. Received: axis \(axis) for an input of shape \(shapes[0]) \
        after the batch.
        """)
    }
    return shapes[0][-1]
  }

  /// Throws unless the layer was called on as many values as it merges.
  func requireInputs(_ inputs: [NodeID], _ range: ClosedRange<Int>) throws {
    guard !range.contains(inputs.count) else { return }
    let wanted = range.lowerBound == range.upperBound ? "two" : "at least two"
    throw GraftError(.invalidArgument, "\(name): \(className) needs \(wanted) inputs. Received: \(inputs.count).")
  }
}
