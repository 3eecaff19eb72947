package import GraftCore
package import GraftGraph

/// x · scale + offset, with one number for all channels or one for each: keras.layers.Rescaling.
public final class Rescaling: Layer {
  /// The factor: one, or one for each channel.
  public let scale: [Float]
  /// What is added: one number, or one for each channel.
  public let offset: [Float]

  /// Makes a rescaling by the same numbers for all channels.
  public init(scale: Float, offset: Float = 0, name: String? = nil) {
    self.scale = [scale]
    self.offset = [offset]
    super.init(name: name)
  }

  /// Makes a rescaling by numbers for each channel, the last axis; a list of one stands for all channels.
  public init(scale: [Float], offset: [Float] = [0], name: String? = nil) {
    self.scale = scale
    self.offset = offset
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    if scale.count == 1, offset.count == 1 {
      return try builder.append(.rescaling(scale: scale[0], offset: offset[0]), of: self, inputs)
    }
    let channels = builder.graph[inputs[0]].shape[-1]
    guard [1, channels].contains(scale.count), [1, channels].contains(offset.count) else {
      throw GraftError(
        .shapeMismatch,
        """
        \(name): \(channels) channels need 1 or \(channels) scales and offsets. Received: \(scale.count) and \
        \(offset.count).
        """)
    }
    func constant(_ name: String, _ values: [Float]) -> ParameterID {
      let each = values.count == channels ? values : [Float](repeating: values[0], count: channels)
      return builder.graph.add(Parameter(name: "\(self.name)/\(name)", value: Tensor(each), role: .frozen))
    }
    // A normalisation with nothing to normalise, which passes know how to fold.
    return try builder.graph.append(
      .batchNormalization(
        .init(epsilon: 0, momentum: 1, hasScale: true, hasOffset: true, usesBatchStatistics: false)),
      name: name, inputs: inputs,
      parameters: [
        constant("scale", scale), constant("offset", offset), constant("mean", [0]), constant("variance", [1]),
      ])
  }

  package override var configuration: [String: JSONValue] {
    func value(_ numbers: [Float]) -> JSONValue {
      numbers.count == 1 ? .number(Double(numbers[0])) : .array(numbers.map { .number(Double($0)) })
    }
    return ["scale": value(scale), "offset": value(offset)]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      scale: try reader.numbers("scale").map { Float($0) },
      offset: reader["offset"] == nil ? [0] : try reader.numbers("offset").map { Float($0) }, name: reader.name)
  }
}
