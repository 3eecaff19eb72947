package import GraftCore
public import GraftGraph

/// The largest values of as many parts of a picture as the result has pixels: keras.layers.AdaptiveMaxPooling2D.
public final class AdaptiveMaxPooling2D: Layer {
  /// Height and width of the result.
  public let outputSize: Extent

  /// Makes a pooling.
  ///
  /// - Parameters:
  ///   - outputSize: Height and width of the result, from 1 to 4096.
  ///   - name: The layer's name.
  public init(_ outputSize: Extent, name: String? = nil) {
    self.outputSize = outputSize
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    _ = try pictureChannels(inputs.map { builder.graph[$0].shape })
    // Every pixel of an axis may be an operation: what is larger is a mistake or an attack.
    guard (1...4096).contains(outputSize.height), (1...4096).contains(outputSize.width) else {
      throw GraftError(.invalidArgument, "\(name): outputSize must lie between 1 and 4096. Received: \(outputSize).")
    }
    // The largest of a rectangle is the largest of its rows' largest: so parts of rows come first, then parts of those.
    let rows = try pooled(inputs[0], axis: 0, to: outputSize.height, into: &builder)
    return try pooled(rows, axis: 1, to: outputSize.width, into: &builder)
  }

  /// The largest values of the parts of one axis. Parts overlap where they do not come out even, as in Keras.
  private func pooled(_ input: NodeID, axis: Int, to count: Int, into builder: inout GraphBuilder) throws -> NodeID {
    let shape = builder.graph[input].shape
    let length = shape[axis]
    func extent(_ value: Int) -> Extent {
      Extent(height: axis == 0 ? value : 1, width: axis == 1 ? value : 1)
    }
    func pooling(_ part: NodeID, window: Int) throws -> NodeID {
      let operation = PoolingOperation(.max, window: extent(window), strides: extent(window))
      return try builder.append(.pooling(operation), of: self, [part])
    }
    if length.isMultiple(of: count) { return try pooling(input, window: length / count) }
    let parts = try (0..<count).map { index in
      let (start, end) = (index * length / count, ((index + 1) * length + count - 1) / count)
      let outside =
        axis == 0
        ? Padding(top: start, bottom: length - end, left: 0, right: 0)
        : Padding(top: 0, bottom: 0, left: start, right: length - end)
      let part = try builder.append(.cropping(outside), of: self, [input])
      return end - start == 1 ? part : try pooling(part, window: end - start)
    }
    return try builder.append(.concatenate(axis: axis), of: self, parts)
  }

  package override var configuration: [String: JSONValue] {
    ["output_size": outputSize.configuration, "data_format": "channels_last"]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    try reader.requireChannelsLast()
    self.init(try reader.extent("output_size"), name: reader.name)
  }
}
