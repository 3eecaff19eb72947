package import GraftCore
package import GraftGraph

/// Normalisation of every sample, or every pixel, along its channels, the last axis: keras.layers.LayerNormalization.
///
/// γ (x − μ) / √(σ² + ε) + β with mean and variance of the channels. Variables: `gamma` and `beta`, each (channels).
public final class LayerNormalization: Layer {
  /// Added to the variance.
  public let epsilon: Float
  /// Whether there is a beta.
  public let center: Bool
  /// Whether there is a gamma.
  public let scale: Bool
  /// The axis that a configuration named, the batch being axis 0: it must turn out to be the last.
  private var axis = -1

  /// Makes a normalisation with Keras's defaults.
  public init(epsilon: Float = 1e-3, center: Bool = true, scale: Bool = true, name: String? = nil) {
    self.epsilon = epsilon
    self.center = center
    self.scale = scale
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    let shape: Shape = [try normalizedChannels(shapes, axis: axis)]
    return (scale ? [VariableSpecification("gamma", shape, .ones)] : [])
      + (center ? [VariableSpecification("beta", shape, .zeros)] : [])
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(
      .layerNormalization(.init(epsilon: epsilon, hasScale: scale, hasOffset: center)), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] {
    ["axis": -1, "epsilon": .number(epsilon.shortest), "center": .bool(center), "scale": .bool(scale)]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    guard try !reader.bool("rms_scaling", default: false) else {
      throw reader.error("rms_scaling", expected: "false")
    }
    self.init(
      epsilon: Float(try reader.number("epsilon", default: 1e-3)), center: try reader.bool("center", default: true),
      scale: try reader.bool("scale", default: true), name: reader.name)
    axis = try reader.axis()
  }
}
