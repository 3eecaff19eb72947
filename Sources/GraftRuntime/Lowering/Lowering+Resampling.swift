internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  mutating func lower(_ resample: ResampleOperation, _ node: Node) throws -> Operand {
    let shape = graph[node.inputs[0]].shape
    let source = try plain(node.inputs[0])
    let between = newOperand(try MemoryDescriptor(rowMajor: [batchSize, shape[0], node.shape[1], shape[2]]))
    let result = newOperand(try plainLayout(node.shape))
    let name = "\(node.name): \(node.operation.summary)"
    append(
      "\(name), columns",
      ResampleKernel(
        table: resample.table(from: shape[1], to: node.shape[1]), outer: batchSize * shape[0], inputLength: shape[1],
        inner: shape[2]), [source, between])
    append(
      "\(name), rows",
      ResampleKernel(
        table: resample.table(from: shape[0], to: node.shape[0]), outer: batchSize, inputLength: shape[0],
        inner: node.shape[1] * shape[2]), [between, result])
    return result
  }

  mutating func lowerGradient(_ resample: ResampleOperation, _ node: Node) throws -> Operand {
    let (large, small) = (graph[node.inputs[0]].shape, node.shape)
    let gradient = try plain(node.inputs[0])
    let between = newOperand(try MemoryDescriptor(rowMajor: [batchSize, small[0], large[1], small[2]]))
    let result = newOperand(try plainLayout(node.shape))
    let name = "\(node.name): \(node.operation.summary)"
    append(
      "\(name), rows",
      ResampleGradientKernel(
        table: resample.table(from: small[0], to: large[0]), outer: batchSize, inputLength: small[0],
        inner: large[1] * small[2]), [gradient, between])
    append(
      "\(name), columns",
      ResampleGradientKernel(
        table: resample.table(from: small[1], to: large[1]), outer: batchSize * small[0], inputLength: small[1],
        inner: small[2]), [between, result])
    return result
  }
}
