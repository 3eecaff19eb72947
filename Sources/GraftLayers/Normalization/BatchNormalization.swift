package import GraftCore
package import GraftGraph

/// Normalisation of every channel: keras.layers.BatchNormalization.
///
/// In training a trainable layer normalises by the batch and moves its statistics; otherwise the moving statistics are
/// used. Variables: `gamma`, `beta`, `moving_mean`, `moving_variance`, each (channels).
public final class BatchNormalization: Layer {
  /// How much of the old moving statistics a training step keeps.
  public let momentum: Float
  /// Added to the variance.
  public let epsilon: Float
  /// Whether there is a beta.
  public let center: Bool
  /// Whether there is a gamma.
  public let scale: Bool
  /// The axis that a configuration named, the batch being axis 0: it must turn out to be the last.
  private var axis = -1

  /// Makes a normalisation with Keras's defaults.
  public init(
    momentum: Float = 0.99, epsilon: Float = 1e-3, center: Bool = true, scale: Bool = true, name: String? = nil
  ) {
    self.momentum = momentum
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    let shape: Shape = [try normalizedChannels(shapes, axis: axis)]
    return (scale ? [VariableSpecification("gamma", shape, .ones)] : [])
      + (center ? [VariableSpecification("beta", shape, .zeros)] : [])
      + [
        VariableSpecification("moving_mean", shape, .zeros, followsGradient: false),
        VariableSpecification("moving_variance", shape, .ones, followsGradient: false),
      ]
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(
      .batchNormalization(
        .init(
          epsilon: epsilon, momentum: momentum.shortest, hasScale: scale, hasOffset: center,
          usesBatchStatistics: isTrainable)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    [
      "axis": -1, "momentum": .number(momentum.shortest), "epsilon": .number(epsilon.shortest),
      "center": .bool(center), "scale": .bool(scale),
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      momentum: Float(try reader.number("momentum", default: 0.99)),
      epsilon: Float(try reader.number("epsilon", default: 1e-3)), center: try reader.bool("center", default: true),
      scale: try reader.bool("scale", default: true), name: reader.name)
    axis = try reader.axis()
  }
}
