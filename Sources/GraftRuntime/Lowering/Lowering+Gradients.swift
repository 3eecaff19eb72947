internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension Lowering {
  /// Chooses the rule for a step of the reverse pass. A step that only fills the gradient buffer has no result.
  mutating func lower(_ gradient: GradientOperation, _ node: Node) throws -> Operand? {
    switch gradient {
    case .denseInput: return try lowerDenseInput(node)
    case .denseParameters(let hasBias):
      try lowerDenseParameters(hasBias: hasBias, node)
      return nil
    case .convolutionInput(let convolution): return try lowerConvolutionInput(convolution, node)
    case .convolutionParameters(let convolution):
      try lowerConvolutionParameters(convolution, node)
      return nil
    case .crop(let padding): return try lowerCrop(padding, node)
    case .activation(let activation, let fromResult):
      return try lowerActivationGradient(activation, fromResult: fromResult, node)
    case .globalPooling(let pooling): return try lowerPoolingGradient(pooling, node)
    case .batchNormalization(let normalization): return try lowerNormalizationGradient(normalization, node)
    case .pooling(let pooling): return try lowerPoolingGradient(pooling, node)
    case .layerNormalization(let normalization): return try lowerNormalizationGradient(normalization, node)
    case .productSum: return try lowerProductSum(node)
    case .replay(let normalization): return try lowerReplay(normalization, node)
    case .slice(let axis, let offset): return try lowerSlice(axis: axis, offset: offset, node)
    case .elementwise, .parametricRectifier, .resample, .unitNormalization, .repetitionSum, .selection:
      return try lowerOther(gradient, node)
    case .dropout:
      guard let forward = node.forward, let mask = savedStates[forward]?.first,
        case .dropout(let dropout) = graph[forward].operation
      else { throw GraftError(.invalidArgument, "\(node.name): the forward pass kept no mask.") }
      let result = newOperand(try plainLayout(node.shape))
      let kernel = ProductKernel(
        repetition: Repetition(of: dropout.maskShape ?? node.shape, to: node.shape), batchSize: batchSize)
      append("\(node.name): \(node.operation.summary)", kernel, [try plain(node.inputs[0]), mask, result])
      return result
    case .loss(let loss):
      let result = newOperand(try plainLayout(node.shape))
      let kernel = LossGradientKernel(rule: loss.rule(length: node.shape.count), batchSize: batchSize)
      append(
        "\(node.name): \(node.operation.summary)", kernel,
        [try plain(node.inputs[0]), try plain(node.inputs[1]), try plain(node.inputs[2]), result])
      return result
    }
  }
}
