package import GraftCore
package import GraftGraph

/// Normalisation of every sample by groups of its channels: keras.layers.GroupNormalization.
///
/// γ (x − μ) / √(σ² + ε) + β with mean and variance of all pixels of a group's channels. Variables: `gamma` and `beta`, each
/// (channels).
public final class GroupNormalization: Layer {
  /// The number of groups; −1 for as many as channels.
  public let groups: Int
  /// Added to the variance.
  public let epsilon: Float
  /// Whether there is a beta.
  public let center: Bool
  /// Whether there is a gamma.
  public let scale: Bool
  /// The axis that a configuration named, the batch being axis 0: it must turn out to be the last.
  private var axis = -1

  /// Makes a normalisation with Keras's defaults.
  public init(groups: Int = 32, epsilon: Float = 1e-3, center: Bool = true, scale: Bool = true, name: String? = nil) {
    self.groups = groups
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    let channels = try normalizedChannels(shapes, axis: axis)
    guard groups == -1 || (groups > 0 && channels % groups == 0) else {
      throw GraftError(.invalidArgument, "\(name): groups must divide the \(channels) channels. Received: \(groups).")
    }
    return (scale ? [VariableSpecification("gamma", [channels], .ones)] : [])
      + (center ? [VariableSpecification("beta", [channels], .zeros)] : [])
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let shape = builder.graph[inputs[0]].shape
    let count = groups == -1 ? shape[-1] : groups
    let pixels = shape.count / max(shape[-1], 1)
    // A group's channels become an axis of their own: it and the pixels are normalised together.
    let split = try builder.append(
      .reshape([pixels, count, shape[-1] / max(count, 1)]), of: self, inputs, reading: [])
    let normal = try builder.append(of: self, split, along: [1, 3]) { builder, rows in
      try builder.append(
        .layerNormalization(.init(epsilon: epsilon, hasScale: false, hasOffset: false)), of: self, [rows], reading: [])
    }
    let picture = try builder.append(.reshape(shape), of: self, [normal], reading: [])
    return try builder.appendAffine(
      of: self, picture, scale: scale ? variables.first : nil, offset: center ? variables.last : nil)
  }

  package override var configuration: [String: JSONValue] {
    [
      "groups": .int(groups), "axis": -1, "epsilon": .number(epsilon.shortest), "center": .bool(center),
      "scale": .bool(scale),
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      groups: try reader.int("groups", default: 32), epsilon: Float(try reader.number("epsilon", default: 1e-3)),
      center: try reader.bool("center", default: true), scale: try reader.bool("scale", default: true),
      name: reader.name)
    axis = try reader.axis()
  }
}
