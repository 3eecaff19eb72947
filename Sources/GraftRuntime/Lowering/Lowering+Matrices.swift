internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// A copy through a view of the operand whose axes are in the wanted order.
  mutating func lowerTransposition(_ order: [Int], _ node: Node) throws -> Operand {
    let source = try plain(node.inputs[0])
    let shape = graph[node.inputs[0]].shape
    var strides = [Int](repeating: 1, count: shape.rank)
    for axis in shape.dimensions.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * shape[axis + 1] }
    let dimensions = [batchSize] + node.shape.dimensions
    let view = Operand(
      storage: source.storage,
      layout: try MemoryDescriptor(dimensions: dimensions, strides: [shape.count] + order.map { strides[$0] }))
    let result = newOperand(try MemoryDescriptor(rowMajor: dimensions))
    try append(
      "\(node.name): \(node.operation.summary)", .reorder(from: view.layout, to: result.layout),
      [(Argument.source, view), (.destination, result)])
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  mutating func lowerMatrixProduct(
    _ transposesFirst: Bool, _ transposesSecond: Bool, _ node: Node
  ) throws -> Operand {
    func operand(_ id: NodeID, isTransposed: Bool) throws -> Operand {
      let (rows, columns) = (graph[id].shape[0], graph[id].shape[1])
      let layout =
        isTransposed
        ? try MemoryDescriptor(dimensions: [batchSize, columns, rows], strides: [rows * columns, 1, columns])
        : try MemoryDescriptor(rowMajor: [batchSize, rows, columns])
      return Operand(storage: try plain(id).storage, layout: layout)
    }
    let first = try operand(node.inputs[0], isTransposed: transposesFirst)
    let second = try operand(node.inputs[1], isTransposed: transposesSecond)
    let result = newOperand(try plainLayout(node.shape))
    try append(
      "\(node.name): \(node.operation.summary)",
      .matrixProduct(
        source: first.layout, weights: second.layout, destination: result.layout, attributes: Attributes()),
      [(Argument.source, first), (.weights, second), (.destination, result)])
    return result
  }
}
