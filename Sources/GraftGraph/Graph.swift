package import GraftCore

/// A static graph: operations in the order in which they can run, the weights that they read, and the results wanted.
///
/// A value type: passes take one graph and return another. Shapes leave out the batch axis, which a plan adds.
package struct Graph: Sendable {
  /// The operations; each reads only nodes before it.
  package private(set) var nodes: [Node] = []
  /// The weights.
  package private(set) var parameters: [Parameter] = []
  /// The nodes whose results the caller wants.
  package var outputs: [NodeID] = []

  /// Makes an empty graph.
  package init() {}

  /// The nodes that the caller feeds, in the order in which they were added.
  package var inputs: [NodeID] { ids.filter { self[$0].operation == .input } }
  /// All nodes, in order.
  package var ids: [NodeID] { nodes.indices.map(NodeID.init) }

  /// The node with an identifier.
  package subscript(id: NodeID) -> Node { nodes[id.index] }
  /// The parameter with an identifier.
  package subscript(id: ParameterID) -> Parameter { parameters[id.index] }

  /// Appends a parameter.
  package mutating func add(_ parameter: Parameter) -> ParameterID {
    parameters.append(parameter)
    return ParameterID(parameters.count - 1)
  }

  /// Gives every parameter one role.
  mutating func setRole(_ role: Parameter.Role) {
    for index in parameters.indices { parameters[index].role = role }
  }

  /// Gives parameters other values, by their names; the others keep theirs.
  package mutating func assign(_ values: [String: Tensor]) {
    for index in parameters.indices {
      if let value = values[parameters[index].name] { parameters[index].value = value }
    }
  }

  /// Appends a node, whose inputs must be there already.
  @discardableResult
  package mutating func add(_ node: Node) -> NodeID {
    precondition(node.inputs.allSatisfy { $0.index < nodes.count }, "\(node.name) reads a node that comes after it.")
    nodes.append(node)
    return NodeID(nodes.count - 1)
  }

  /// Appends an input of a per-sample shape.
  package mutating func addInput(name: String, shape: Shape) -> NodeID {
    add(Node(name: name, operation: .input, inputs: [], shape: shape))
  }

  /// Appends an operation whose result's shape follows from its operands' shapes.
  ///
  /// - Throws: `GraftError.shapeMismatch` if the operands do not fit.
  package mutating func append(
    _ operation: Operation, name: String, inputs: [NodeID], parameters: [ParameterID] = []
  ) throws -> NodeID {
    let shape = try operation.resultShape(name: name, inputs: inputs.map { self[$0].shape })
    guard shape.isSensible else {
      throw GraftError(.shapeMismatch, "\(name): a result of the shape \(shape) is larger than any memory.")
    }
    return add(Node(name: name, operation: operation, inputs: inputs, parameters: parameters, shape: shape))
  }

  /// For every node, the nodes that read it.
  package var consumers: [[NodeID]] {
    var result = [[NodeID]](repeating: [], count: nodes.count)
    for id in ids { for input in self[id].inputs { result[input.index].append(id) } }
    return result
  }

  /// Builds a new graph node by node.
  ///
  /// `visit` is called for every node in order, with its inputs already translated to the new graph, and returns the node
  /// of the new graph that stands for it. Parameters keep their identifiers.
  package func rewritten(_ visit: (NodeID, Node, inout Graph) throws -> NodeID) rethrows -> Graph {
    var result = Graph()
    result.parameters = parameters
    var translated: [NodeID] = []
    translated.reserveCapacity(nodes.count)
    for id in ids {
      var node = self[id]
      node.inputs = node.inputs.map { translated[$0.index] }
      node.forward = node.forward.map { translated[$0.index] }
      translated.append(try visit(id, node, &result))
    }
    result.outputs = outputs.map { translated[$0.index] }
    return result
  }
}
