package import GraftCore
public import GraftGraph

/// A fully connected layer: activation(x · kernel + bias) along the last axis.
///
/// Definition and defaults: keras.layers.Dense. Variables: `kernel` (inputs, units), `bias` (units).
public final class Dense: Layer {
  /// The number of outputs.
  public let units: Int
  /// Applied to the result.
  public let activation: Activation
  /// Whether a bias is added.
  public let useBias: Bool
  /// How the kernel gets its first value.
  public let kernelInitializer: Initializer
  /// How the bias gets its first value.
  public let biasInitializer: Initializer

  /// Makes a fully connected layer.
  public init(
    _ units: Int, activation: Activation = .linear, useBias: Bool = true,
    kernelInitializer: Initializer = .glorotUniform, biasInitializer: Initializer = .zeros, name: String? = nil
  ) {
    self.units = units
    self.activation = activation
    self.useBias = useBias
    self.kernelInitializer = kernelInitializer
    self.biasInitializer = biasInitializer
    super.init(name: name)
  }

  package override func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] {
    guard units > 0 else {
      throw GraftError(.invalidArgument, "\(name): units must be positive. Received: \(units).")
    }
    guard let shape = shapes.first, shape.rank >= 1 else {
      throw GraftError(.shapeMismatch, "\(name): Dense needs an input with at least one axis after the batch.")
    }
    return [VariableSpecification("kernel", [shape[-1], units], kernelInitializer)]
      + (useBias ? [VariableSpecification("bias", [units], biasInitializer)] : [])
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    let node = try builder.append(.dense(.init(units: units, hasBias: useBias)), of: self, inputs)
    return try builder.append(activation, of: self, node)
  }

  package override var configuration: [String: JSONValue] {
    [
      "units": .int(units), "activation": .string(activation.kerasName), "use_bias": .bool(useBias),
      "kernel_initializer": kernelInitializer.configuration, "bias_initializer": biasInitializer.configuration,
    ]
  }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(
      try reader.int("units"), activation: try reader.activation(), useBias: try reader.bool("use_bias", default: true),
      kernelInitializer: reader.initializer("kernel_initializer", default: .glorotUniform),
      biasInitializer: reader.initializer("bias_initializer", default: .zeros), name: reader.name)
  }
}
