package import GraftCore
public import GraftGraph

/// An activation as a layer of its own: keras.layers.Activation.
public final class ActivationLayer: Layer {
  package override class var className: String { "Activation" }
  /// The function.
  public let activation: Activation

  /// Makes a layer that applies a function.
  public init(_ activation: Activation, name: String? = nil) {
    self.activation = activation
    super.init(name: name)
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    try builder.append(.activation(activation), of: self, inputs)
  }

  package override var configuration: [String: JSONValue] { ["activation": .string(activation.kerasName)] }

  convenience init(_ reader: ConfigurationReader) throws {
    self.init(try reader.activation(), name: reader.name)
  }
}

extension Activation {
  /// The name in Keras 3's configurations.
  package var kerasName: String {
    switch self {
    case .swish: "silu"
    case .hardSwish: "hard_silu"
    default: rawValue
    }
  }

  /// The activation as a layer of its own, called at once: `Activation.relu(x)`.
  public func callAsFunction(_ input: SymbolicTensor, name: String? = nil) -> SymbolicTensor {
    ActivationLayer(self, name: name)(input)
  }
}
