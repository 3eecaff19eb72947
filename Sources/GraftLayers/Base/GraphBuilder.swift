internal import GraftCore
package import GraftGraph

/// Collects the operations of layers in one graph, with each variable in it once.
package struct GraphBuilder {
  package var graph = Graph()
  private let isScratch: Bool
  private var parameters: [ObjectIdentifier: ParameterID] = [:]
  /// Every variable under the name of its parameter.
  package private(set) var namedVariables: [(name: String, variable: Variable)] = []
  private var names: Set<String> = []
  /// The nested models that are being emitted, outermost first.
  package var path: [String] = []

  /// - Parameter isScratch: Whether only shapes are wanted: then no weights are drawn.
  package init(isScratch: Bool = false) { self.isScratch = isScratch }

  /// The parameter that stands for a variable of a layer, with the layer's present `isTrainable`.
  ///
  /// - Parameter isConstant: Whether training never changes the variable, whatever the layer's `isTrainable` says.
  package mutating func parameter(_ variable: Variable, of layer: Layer, isConstant: Bool = false) -> ParameterID {
    if let known = parameters[ObjectIdentifier(variable)] { return known }
    var name = "\(layer.name)/\(variable.name)"
    if names.contains(name) { name = (path + [name]).joined(separator: "/") }
    while names.contains(name) { name += "'" }
    names.insert(name)
    let role: Parameter.Role =
      !layer.isTrainable || isConstant ? .frozen : variable.followsGradient ? .trainable : .state
    let id = graph.add(
      Parameter(
        name: name, value: isScratch ? Tensor(zeros: []) : variable.value, role: role,
        learningRateMultiplier: layer.learningRateMultiplier))
    parameters[ObjectIdentifier(variable)] = id
    namedVariables.append((name, variable))
    return id
  }

  /// Appends an operation of a layer that reads all of the layer's variables.
  package mutating func append(_ operation: GraftGraph.Operation, of layer: Layer, _ inputs: [NodeID]) throws -> NodeID
  {
    try append(operation, of: layer, inputs, reading: layer.variables[...])
  }

  /// Appends an operation of a layer that reads some of the layer's variables.
  package mutating func append(
    _ operation: GraftGraph.Operation, of layer: Layer, _ inputs: [NodeID], reading variables: ArraySlice<Variable>
  ) throws -> NodeID {
    try graph.append(
      operation, name: layer.name, inputs: inputs, parameters: variables.map { parameter($0, of: layer) })
  }

  /// Appends an activation of a layer; nothing for the identity.
  package mutating func append(_ activation: Activation, of layer: Layer, _ input: NodeID) throws -> NodeID {
    activation == .linear ? input : try graph.append(.activation(activation), name: layer.name, inputs: [input])
  }
}
