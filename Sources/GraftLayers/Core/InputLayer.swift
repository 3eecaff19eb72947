public import GraftCore
public import GraftGraph

/// The place where pictures or arrays enter a network.
public final class InputLayer: Layer {
  /// The shape of one sample.
  public let shape: Shape
  /// What turns an RGB picture into this input, if the network takes pictures. It travels with the network.
  public let preprocessing: Preprocessing?

  /// How the frozen part of a network on this input is computed with whole numbers of 8 bits; nil if it is not. Like
  /// preprocessing it belongs to all networks on the input: what follows a quantised base reads the base's quantised features.
  public package(set) var quantization: Quantization?

  /// Makes an input for samples of a shape.
  public init(shape: Shape, preprocessing: Preprocessing? = nil, name: String? = nil) {
    self.shape = shape
    self.preprocessing = preprocessing
    super.init(name: name)
  }

  package override var configuration: [String: JSONValue] {
    var result: [String: JSONValue] = [
      "batch_shape": .array([.null] + shape.dimensions.map { .int($0) }), "dtype": "float32", "sparse": false,
      "ragged": false,
    ]
    if let preprocessing { result["graft_preprocessing"] = preprocessing.configuration }
    return result
  }

  /// The symbolic tensor that stands for the input.
  public func callAsFunction() -> SymbolicTensor {
    let isPossible = shape.dimensions.allSatisfy { $0 > 0 }
    let tensor = SymbolicTensor(
      shape: shape, layer: self, inputs: [],
      failure: isPossible
        ? shape.fault(name)
        : GraftError(.invalidArgument, "\(name): an input's lengths must be positive. Received: \(shape)."))
    remember(tensor)
    return tensor
  }

  package override func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    builder.graph.addInput(name: name, shape: shape)
  }
}

/// A symbolic tensor for samples of a shape: keras.Input.
///
/// ```swift
/// let x = Input(shape: [1280])
/// let model = Model(inputs: x, outputs: Dense(5, activation: .softmax)(x))
/// ```
public func Input(shape: Shape, preprocessing: Preprocessing? = nil, name: String? = nil) -> SymbolicTensor {
  InputLayer(shape: shape, preprocessing: preprocessing, name: name)()
}
