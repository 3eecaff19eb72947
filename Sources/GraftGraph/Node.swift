package import GraftCore

/// The place of a node in its graph.
package struct NodeID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The index into `Graph.nodes`.
  package let index: Int
  /// Makes the identifier of the node at an index.
  package init(_ index: Int) { self.index = index }
  /// Earlier nodes are smaller.
  package static func < (left: NodeID, right: NodeID) -> Bool { left.index < right.index }
  /// `%7`, as dumps show it.
  package var description: String { "%\(index)" }
}

/// One operation of a graph, with its operands and the shape of its single result.
package struct Node: Sendable {
  /// The layer that asked for the operation; gradients carry the name of the layer that they belong to.
  package var name: String
  /// What is computed.
  package var operation: Operation
  /// The nodes whose results are read.
  package var inputs: [NodeID]
  /// The weights that are read, in the order that the operation defines.
  package var parameters: [ParameterID]
  /// The weights whose gradients are written; empty outside the reverse pass.
  package var gradients: [ParameterID]
  /// For a gradient: the forward node, whose saved state (mask, statistics, workspace) it reads.
  package var forward: NodeID?
  /// The result's shape for one sample: the batch axis in front is left out.
  package var shape: Shape

  /// Makes a node.
  package init(
    name: String, operation: Operation, inputs: [NodeID], parameters: [ParameterID] = [],
    gradients: [ParameterID] = [], forward: NodeID? = nil, shape: Shape
  ) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
    self.parameters = parameters
    self.gradients = gradients
    self.forward = forward
    self.shape = shape
  }
}
