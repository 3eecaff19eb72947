internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// Chooses the rule for a node and gives back where its result lies.
  mutating func lower(_ id: NodeID, _ node: Node) throws -> Operand? {
    switch node.operation {
    case .input: return newInput(try plainLayout(node.shape))
    case .convolution(let convolution): return try lower(convolution, node)
    case .dense(let dense): return try lower(dense, node)
    case .batchNormalization(let normalization): return try lower(normalization, id, node)
    case .activation(let activation): return try lower(activation, node)
    case .globalPooling(let pooling): return try lower(pooling, id, node)
    case .pooling(let pooling): return try lower(pooling, id, node)
    case .layerNormalization(let normalization): return try lower(normalization, id, node)
    case .zeroPadding(let padding): return try lower(padding, node)
    case .cropping(let cropping): return try lowerCrop(cropping, node)
    case .add: return try lowerSum(node)
    case .multiply: return try lowerProduct(node)
    case .concatenate(let axis): return try lowerConcatenation(axis: axis, node)
    case .reshape: return Operand(storage: try plain(node.inputs[0]).storage, layout: try plainLayout(node.shape))
    case .dropout(let dropout): return try lower(dropout, id, node)
    case .rescaling(let scale, let offset):
      return try lowerElementwise(.linear(scale: scale, offset: offset), node)
    case .loss(let loss):
      let result = newOperand(try MemoryDescriptor(rowMajor: [batchSize]))
      let kernel = LossKernel(rule: loss.rule(length: graph[node.inputs[0]].shape.count), batchSize: batchSize)
      append(
        "\(node.name): \(node.operation.summary)", kernel,
        [try plain(node.inputs[0]), try plain(node.inputs[1]), result])
      return result
    case .foreign(let foreign):
      let source = try plain(node.inputs[0])
      let result = newOperand(try plainLayout(node.shape))
      append(
        "\(node.name): \(node.operation.summary)",
        ForeignKernel(
          function: foreign.function, shape: graph[node.inputs[0]].shape.prepending(batchSize),
          resultCount: batchSize * node.shape.count), [source, result])
      return result
    case .transposedConvolution, .elementwise, .parametricRectifier, .transpose, .resample, .unitNormalization,
      .repetition, .maximum, .matrixProduct, .trainingOnly:
      return try lowerOther(node)
    case .gradient(let gradient): return try lower(gradient, node)
    case .quantized(let quantized): return try lower(quantized, node)
    case .convert(let source, let format): return try lowerConversion(from: source, to: format, node)
    }
  }
}
