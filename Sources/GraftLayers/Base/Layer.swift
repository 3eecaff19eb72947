package import GraftCore
package import GraftGraph

/// A step of a network: a function with weights. Layers and models stay in one isolation domain, as Keras's do.
///
/// Calling a layer on a symbolic tensor adds it to a network. A layer that is called more than once shares its weights.
///
/// ```swift
/// let dense = Dense(256, activation: .relu)
/// let y = dense(x)
/// dense.isTrainable = false
/// ```
open class Layer {
  /// The layer's name, unique in its model; it is the key of the weights.
  public let name: String
  /// Whether training changes the layer's weights; true at first.
  ///
  /// A batch normalisation that is not trainable runs on its moving statistics in training, too, and leaves them alone.
  public var isTrainable = true
  /// What the learning rate is multiplied by for the layer's weights; 1 at first, finite and not negative.
  ///
  /// Small multipliers for a network's first layers and larger ones for its last are called discriminative learning rates.
  /// The multiplier belongs to training, as the optimizer does: files do not keep it.
  public var learningRateMultiplier: Float = 1
  /// The weights; empty until the layer has been called.
  public private(set) var variables: [Variable] = []
  private var isBuilt = false
  private weak var lastResult: SymbolicTensor?

  /// Makes a layer; without a name it is called as Keras would call it, `dense`, `dense_1`, ….
  package init(name: String?) {
    self.name = name ?? LayerNames.next(Self.className)
  }

  /// The name of the class in Keras's configuration files.
  package class var className: String { "\(self)" }

  /// The class's name as `summary` prints it.
  public var className: String { Self.className }

  /// Calls the layer on one input.
  public func callAsFunction(_ input: SymbolicTensor) -> SymbolicTensor { self([input]) }

  /// Calls the layer on several inputs, as `Add` and `Concatenate` want them.
  public func callAsFunction(_ inputs: [SymbolicTensor]) -> SymbolicTensor {
    let result: SymbolicTensor
    do {
      result = try apply(to: inputs)
    } catch {
      let shape = inputs.first?.shape ?? []
      let failure = error as? GraftError ?? GraftError(.invalidArgument, "\(name): \(error)")
      result = SymbolicTensor(shape: shape, layer: self, inputs: inputs, failure: failure)
    }
    lastResult = result
    return result
  }

  /// The result of the layer's last call, if the network that it belongs to still stands.
  ///
  /// - Throws: `GraftError.invalidArgument` if the layer has not been called.
  public var output: SymbolicTensor {
    get throws {
      guard let lastResult else {
        throw GraftError(.invalidArgument, "Layer \"\(name)\" has not been called on anything: it has no output.")
      }
      return lastResult
    }
  }

  /// Makes a tensor the layer's output.
  package func remember(_ tensor: SymbolicTensor) { lastResult = tensor }

  /// Calls the layer, or says why that cannot work.
  private func apply(to inputs: [SymbolicTensor]) throws -> SymbolicTensor {
    if let failure = inputs.lazy.compactMap(\.failure).first { throw failure }
    let shapes = inputs.map(\.shape)
    try build(shapes)
    var scratch = GraphBuilder(isScratch: true)
    let nodes = shapes.map { scratch.graph.addInput(name: name, shape: $0) }
    let node = try emit(nodes, into: &scratch)
    return SymbolicTensor(shape: scratch.graph[node].shape, layer: self, inputs: inputs)
  }

  /// Makes the variables, or checks that those that are there fit inputs of these shapes.
  package func build(_ shapes: [Shape]) throws {
    let specifications = try variableSpecifications(for: shapes)
    for specification in specifications { try specification.shape.check("\(name)/\(specification.name)") }
    if isBuilt {
      for (variable, specification) in zip(variables, specifications) where variable.shape != specification.shape {
        throw GraftError(
          .shapeMismatch,
          """
          Layer "\(name)" was built with a \(variable.name) of shape \(variable.shape); an input of shape \
          \(shapes[0]) would need \(specification.shape).
          """)
      }
    } else {
      variables = specifications.map { Variable($0, layerName: name) }
      isBuilt = true
    }
  }

  // MARK: What a layer defines

  /// The variables that the layer needs for inputs of these shapes, in Keras's order.
  package func variableSpecifications(for shapes: [Shape]) throws -> [VariableSpecification] { [] }

  /// Appends the layer's operations to a graph and returns the node of its result.
  package func emit(_ inputs: [NodeID], into builder: inout GraphBuilder) throws -> NodeID {
    throw GraftError(.unsupported, "Layer \"\(name)\" of class \(className) computes nothing.")
  }

  /// The arguments that make the layer again, under Keras's names, its own name left out.
  package var configuration: [String: JSONValue] { [:] }

  // MARK: Weights

  /// All variables at and below this layer, in order, with the layer that owns each.
  package var ownedVariables: [(layer: Layer, variable: Variable)] { variables.map { (self, $0) } }

  /// The number of weights.
  public var parameterCount: Int { ownedVariables.reduce(0) { $0 + $1.variable.count } }

  /// The number of weights that training changes by their gradients.
  public var trainableParameterCount: Int {
    ownedVariables.reduce(0) { $0 + ($1.layer.isTrainable && $1.variable.followsGradient ? $1.variable.count : 0) }
  }
}
