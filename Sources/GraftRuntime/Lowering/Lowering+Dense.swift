internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// A matrix product along the last axis. A frozen kernel is packed, one in training is read where it lies.
  mutating func lower(_ dense: DenseOperation, _ node: Node) throws -> Operand {
    let source = try matrix(node.inputs[0])
    let rows = source.layout.dimensions[0]
    let inputs = source.layout.dimensions[1]
    let kernelLayout = try MemoryDescriptor(rowMajor: [inputs, dense.units])
    let isPacked = isConstant(node.parameters[0])
    let biasLayout = dense.hasBias ? try MemoryDescriptor(rowMajor: [1, dense.units]) : nil
    let resultLayout = try MemoryDescriptor(rowMajor: [rows, dense.units])
    let attributes = try Attributes(function: ElementwiseFunction(dense.activation))
    let primitive = try Primitive.matrixProduct(
      source: source.layout, weights: isPacked ? MemoryDescriptor(any: kernelLayout.dimensions) : kernelLayout,
      bias: biasLayout, destination: resultLayout, attributes: attributes)
    let weights =
      isPacked
      ? try packed(node.parameters[0], from: kernelLayout, to: primitive.layout(of: .weights))
      : try parameter(node.parameters[0], layout: kernelLayout)
    let result = newOperand(resultLayout)
    var operands: [(Argument, Operand)] = [(.source, source), (.weights, weights), (.destination, result)]
    if let biasLayout { operands.append((.bias, try parameter(node.parameters[1], layout: biasLayout))) }
    try append("\(node.name): \(node.operation.summary)", primitive, operands)
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  /// dx = dy · kernelᵀ.
  mutating func lowerDenseInput(_ node: Node) throws -> Operand {
    let gradient = try matrix(node.inputs[0])
    let rows = gradient.layout.dimensions[0]
    let units = gradient.layout.dimensions[1]
    let inputs = node.shape[-1]
    let kernel = try parameter(node.parameters[0], layout: MemoryDescriptor(rowMajor: [inputs, units]))
    let transposed = Operand(
      storage: kernel.storage, layout: try MemoryDescriptor(dimensions: [units, inputs], strides: [1, units]))
    let result = newOperand(try MemoryDescriptor(rowMajor: [rows, inputs]))
    let primitive = try Primitive.matrixProduct(
      source: gradient.layout, weights: transposed.layout, destination: result.layout, attributes: Attributes())
    try append(
      "\(node.name): \(node.operation.summary)", primitive,
      [(Argument.source, gradient), (.weights, transposed), (.destination, result)])
    return Operand(storage: result.storage, layout: try plainLayout(node.shape))
  }

  /// Gradient of the kernel: xᵀ · dy; of the bias: the sum of dy over the rows.
  mutating func lowerDenseParameters(hasBias: Bool, _ node: Node) throws {
    let source = try matrix(node.inputs[0])
    let gradient = try matrix(node.inputs[1])
    let rows = source.layout.dimensions[0]
    let inputs = source.layout.dimensions[1]
    let units = gradient.layout.dimensions[1]
    let transposed = Operand(
      storage: source.storage, layout: try MemoryDescriptor(dimensions: [inputs, rows], strides: [1, inputs]))
    let kernel = try self.gradient(node.gradients[0], layout: MemoryDescriptor(rowMajor: [inputs, units]))
    let primitive = try Primitive.matrixProduct(
      source: transposed.layout, weights: gradient.layout, destination: kernel.layout, attributes: Attributes())
    try append(
      "\(node.name): \(node.operation.summary)", primitive,
      [(Argument.source, transposed), (.weights, gradient), (.destination, kernel)])
    guard hasBias else { return }
    let bias = try self.gradient(node.gradients[1], layout: MemoryDescriptor(rowMajor: [1, units]))
    append(
      "\(node.name): ∂ dense bias", ColumnSumKernel(rows: rows, columns: units), [gradient, bias])
  }
}
