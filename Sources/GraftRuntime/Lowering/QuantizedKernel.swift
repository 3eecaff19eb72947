internal import GraftCore
internal import GraftGraph
internal import GraftKernels

extension ElementType {
  init(_ format: NumberFormat) {
    switch format {
    case .float32: self = .float32
    case .uint8: self = .uint8
    case .int8: self = .int8
    }
  }
}

/// oneDNN's kernel for a quantised operation, with the layouts that it was asked for.
struct QuantizedKernel {
  let primitive: Primitive
  /// The source's layout.
  let source: MemoryDescriptor
  /// The weights as Keras orders them.
  let weights: MemoryDescriptor
  let bias: MemoryDescriptor?
  let result: MemoryDescriptor

  /// - Parameters:
  ///   - input: The source's shape for one sample.
  ///   - shape: The result's.
  init(_ quantized: QuantizedOperation, batchSize: Int, input: Shape, result shape: Shape) throws {
    let (sourceType, resultType) = (ElementType(quantized.source), ElementType(quantized.result))
    let sum = quantized.residual.map { Attributes.Sum(scale: $0.scale, type: ElementType($0)) }
    func attributes(weightMask: Int) throws -> Attributes {
      let scales: [(argument: Argument, mask: Int)] = [(.source, 0), (.weights, weightMask)]
      return try Attributes(
        sum: sum, function: ElementwiseFunction(quantized.remainingActivation),
        scales: scales + (quantized.result.isQuantized ? [(.destination, 0)] : []))
    }
    switch quantized.kernel {
    case .convolution(let convolution):
      let layouts = try ConvolutionLayouts(convolution, batchSize: batchSize, input: input, result: shape)
      source = try layouts.pictureChannelsLast(sourceType)
      result = try layouts.resultChannelsLast(resultType)
      weights = layouts.quantizedKernel
      bias = layouts.bias
      // One scale per filter, which with groups are two dimensions.
      primitive = try .convolution(
        layouts.geometry, source: source, weights: MemoryDescriptor(any: weights.dimensions, type: .int8), bias: bias,
        destination: result, attributes: attributes(weightMask: convolution.groups > 1 ? 3 : 1))
    case .dense(let dense):
      let rows = batchSize * input.count / input[-1]
      source = try MemoryDescriptor(rowMajor: [rows, input[-1]], type: sourceType)
      result = try MemoryDescriptor(rowMajor: [rows, dense.units], type: resultType)
      weights = try MemoryDescriptor(rowMajor: [input[-1], dense.units], type: .int8)
      bias = dense.hasBias ? try MemoryDescriptor(rowMajor: [1, dense.units]) : nil
      primitive = try .matrixProduct(
        source: source, weights: MemoryDescriptor(any: weights.dimensions, type: .int8), bias: bias,
        destination: result, attributes: attributes(weightMask: 2))
    }
  }

  /// Whether oneDNN computes an operation quickly on this machine, and without overflow.
  static func isGood(_ quantized: QuantizedOperation, batchSize: Int, input: Shape, result: Shape) throws -> Bool {
    guard InstructionSet.hasInt8 else { return false }
    return try !QuantizedKernel(quantized, batchSize: batchSize, input: input, result: result).primitive.isReference
  }
}
