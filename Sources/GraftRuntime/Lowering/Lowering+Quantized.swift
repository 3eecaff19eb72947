internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// A convolution or matrix product of whole numbers, channels last.
  mutating func lower(_ quantized: QuantizedOperation, _ node: Node) throws -> Operand {
    let input = graph[node.inputs[0]].shape
    let kernel = try QuantizedKernel(quantized, batchSize: batchSize, input: input, result: node.shape)
    let source = Operand(storage: try value(node.inputs[0]).storage, layout: kernel.source)
    let weights = QuantizedWeights(graph[node.parameters[0]].value, channels: quantized.channels)

    var operands: [(Int32, Operand)] = [
      (Argument.source.rawValue, source),
      (
        Argument.weights.rawValue,
        try packed(
          AlignedMemory(copying: weights.values), from: kernel.weights, to: kernel.primitive.layout(of: .weights))
      ),
      (Argument.scales(of: .source), try constant([quantized.source.scale])),
      (Argument.scales(of: .weights), try constant(weights.scales)),
    ]
    if let bias = kernel.bias {
      operands.append((Argument.bias.rawValue, try parameter(node.parameters[1], layout: bias)))
    }
    let result =
      quantized.residual == nil
      ? newOperand(kernel.result) : try quantizedResidual(node, kernel.result, source: source.storage)
    operands.append((Argument.destination.rawValue, result))
    if quantized.result.isQuantized {
      operands.append((Argument.scales(of: .destination), try constant([quantized.result.scale])))
    }
    try append("\(node.name): \(node.operation.summary)", kernel.primitive, operands)
    return Operand(storage: result.storage, layout: try plainLayout(node.shape, ElementType(quantized.result)))
  }

  /// The same values in another format.
  mutating func lowerConversion(from source: NumberFormat, to format: NumberFormat, _ node: Node) throws -> Operand {
    let operand = try value(node.inputs[0])
    let result = newOperand(try plainLayout(node.shape, ElementType(format)))
    var operands: [(Int32, Operand)] = [
      (Argument.source.rawValue, operand), (Argument.destination.rawValue, result),
    ]
    let scaled = [(Argument.source, source), (.destination, format)].filter(\.1.isQuantized)
    for (argument, format) in scaled { operands.append((Argument.scales(of: argument), try constant([format.scale]))) }
    try append(
      "\(node.name): \(node.operation.summary)",
      .reorder(from: operand.layout, to: result.layout, scaled: scaled.map(\.0)), operands)
    return result
  }

  /// The memory in which a residual is added up: the residual's own if nothing else needs it and its numbers are as wide as the
  /// result's, else a copy.
  private mutating func quantizedResidual(
    _ node: Node, _ layout: MemoryDescriptor, source: StorageID
  ) throws -> Operand {
    let residual = try value(node.inputs[1])
    if residual.storage != source, residual.layout.byteCount == layout.byteCount, isLastUse(of: residual.storage) {
      return Operand(storage: residual.storage, layout: layout)
    }
    let copy = newOperand(layout)
    try append(
      "reorder \(node.name)", .reorder(from: residual.layout, to: residual.layout),
      [(Argument.source, residual), (.destination, Operand(storage: copy.storage, layout: residual.layout))])
    return copy
  }

  private mutating func constant(_ values: [Float]) throws -> Operand {
    let layout = try MemoryDescriptor(rowMajor: [values.count])
    return Operand(
      storage: newStorage(.constant(AlignedMemory(copying: values)), byteCount: layout.byteCount), layout: layout)
  }
}
