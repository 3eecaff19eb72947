internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// The sum of values of one shape, in the layout of the first.
  mutating func lowerSum(_ node: Node) throws -> Operand {
    let first = try value(node.inputs[0])
    let operands = try node.inputs.map { try reordered(try value($0), to: first.layout, name: node.name) }
    let result = newOperand(first.layout)
    try append(
      "\(node.name): add", .sum(of: operands.map(\.layout), destination: result.layout),
      numbered(operands) + [(Argument.destination.rawValue, result)])
    return result
  }

  mutating func lowerConcatenation(axis: Int, _ node: Node) throws -> Operand {
    let operands = try node.inputs.map { try plain($0) }
    let result = newOperand(try plainLayout(node.shape))
    try append(
      "\(node.name): \(node.operation.summary)",
      .concatenation(of: operands.map(\.layout), axis: kernelAxis(axis, node.shape), destination: result.layout),
      numbered(operands) + [(Argument.destination.rawValue, result)])
    return result
  }

  /// One part of a value along an axis, copied.
  mutating func lowerSlice(axis: Int, offset: Int, _ node: Node) throws -> Operand {
    let source = try plain(node.inputs[0])
    let result = newOperand(try plainLayout(node.shape))
    var offsets = [Int](repeating: 0, count: result.layout.dimensions.count)
    offsets[kernelAxis(axis, node.shape)] = offset
    let part = Operand(
      storage: source.storage, layout: try source.layout.part(dimensions: result.layout.dimensions, offsets: offsets))
    try append(
      "\(node.name): \(node.operation.summary)", .reorder(from: part.layout, to: result.layout),
      [(Argument.source, part), (.destination, result)])
    return result
  }

  /// Zeros around a picture that no convolution takes in: a copy into the middle of a zeroed one.
  mutating func lower(_ padding: Padding, _ node: Node) throws -> Operand {
    let source = try plain(node.inputs[0])
    let result = newOperand(try plainLayout(node.shape))
    let inner = try result.layout.part(
      dimensions: source.layout.dimensions, offsets: [0, 0, padding.top, padding.left])
    append("\(node.name): zero", ZeroKernel(byteCount: result.layout.byteCount), [result])
    try append(
      "\(node.name): \(node.operation.summary)", .reorder(from: source.layout, to: inner),
      [(Argument.source, source), (.destination, Operand(storage: result.storage, layout: inner))])
    return result
  }

  /// The middle of a picture, copied.
  mutating func lowerCrop(_ padding: Padding, _ node: Node) throws -> Operand {
    let source = try plain(node.inputs[0])
    let result = newOperand(try plainLayout(node.shape))
    let inner = try source.layout.part(
      dimensions: result.layout.dimensions, offsets: [0, 0, padding.top, padding.left])
    try append(
      "\(node.name): \(node.operation.summary)", .reorder(from: inner, to: result.layout),
      [(Argument.source, Operand(storage: source.storage, layout: inner)), (.destination, result)])
    return result
  }

  mutating func lower(_ dropout: DropoutOperation, _ id: NodeID, _ node: Node) throws -> Operand {
    guard isTraining else { return try value(node.inputs[0]) }
    let source = try plain(node.inputs[0])
    let repetition = Repetition(of: dropout.maskShape ?? node.shape, to: node.shape)
    let mask = newOperand(try MemoryDescriptor(rowMajor: [batchSize, repetition.smallCount]))
    let result = newOperand(source.layout)
    let kernel = DropoutKernel(batchSize: batchSize, repetition: repetition, rate: dropout.rate, seed: dropout.seed)
    append("\(node.name): \(node.operation.summary)", kernel, [source, mask, result])
    savedStates[id] = [mask]
    return result
  }

  /// Our axes count without the batch and end with channels; oneDNN's pictures have channels first.
  private func kernelAxis(_ axis: Int, _ shape: Shape) -> Int {
    shape.rank == 3 ? [2, 3, 1][axis] : axis + 1
  }

  private func numbered(_ operands: [Operand]) -> [(Int32, Operand)] {
    operands.enumerated().map { (Argument.multiple($0.offset), $0.element) }
  }
}
