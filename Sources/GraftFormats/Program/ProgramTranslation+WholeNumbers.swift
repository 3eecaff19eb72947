internal import Foundation
internal import GraftCore
internal import GraftGraph

extension ProgramTranslation {
  /// A convolution or product on whole numbers.
  ///
  /// TFLite rounds the result of each of its operations, Graft once behind bias, residual and activation. So a sum or a function
  /// behind a convolution gets a format in between, which holds every number that makes a difference to the result. What floats
  /// are wanted of is computed with floats, of the same whole numbers and weights.
  mutating func translate(_ quantized: QuantizedOperation, _ node: Node) throws -> Int {
    guard dialect == .tflite, node.shape.rank == 3, let source = AffineFormat(quantized.source) else {
      throw unknown(node)
    }
    let parameter = graph[node.parameters[0]]
    let convolution = quantized.asConvolution(inputs: parameter.value.shape)
    let weights = QuantizedWeights(parameter.value, channels: quantized.channels)
    let kernel = kernel(weights, convolution, parameter)
    let bias = node.parameters.count > 1 ? graph[node.parameters[1]].value : nil
    let activation = convolution.activation
    let residual = quantized.residual == nil ? nil : value(node, node.inputs.count - 1)

    let sums = sums(bias ?? Tensor(zeros: [quantized.channels]), source.scale, weights.scales)
    guard let result = AffineFormat(quantized.result), let sums,
      let between = try between(quantized, activation, result)
    else {
      // In floats, and rounded at the end if the result is.
      wholeNumbers.asFloats += 1
      let x = program.step(.dequantize, [value(node)], shape: program.values[value(node)].shape, name: node.name)
      let kernelShape = program.values[kernel].shape
      let floats = program.step(.dequantize, [kernel], shape: kernelShape, name: "\(parameter.name)/floats")
      var added = residual
      if let residual, quantized.residual?.isQuantized == true {
        added = program.step(.dequantize, [residual], shape: node.shape, name: "\(node.name)/residual")
      }
      let y = try convolve(
        x, convolution, kernel: floats, bias: bias, residual: added, activation: activation, node)
      guard let format = AffineFormat(quantized.result) else { return y }
      return program.step(.quantize, [y], shape: node.shape, name: node.name, format: format)
    }
    wholeNumbers.kept += 1
    let offset = program.add(.init(name: "\(node.name)/bias", shape: [quantized.channels], constant: sums))
    let (x, operation) = try window(value(node), convolution, node)
    let isFused = residual == nil && isFused(activation)
    let y = program.step(
      operation, [x, kernel, offset], shape: node.shape, name: node.name, activation: isFused ? activation : .linear,
      format: between)
    if isFused { return y }
    if let residual {
      return program.step(
        .add, [y, residual], shape: node.shape, name: "\(node.name)/sum", activation: activation, format: result)
    }
    if activation == .hardSwish {
      return program.step(
        .function(.activation(.hardSwish)), [y], shape: node.shape, name: "\(node.name)/hard_swish", format: result)
    }
    let sigmoid = program.step(
      .function(.activation(.sigmoid)), [y], shape: node.shape, name: "\(node.name)/sigmoid",
      format: AffineFormat(scale: 1 / 256, zeroPoint: -128))
    return program.step(.multiply, [y, sigmoid], shape: node.shape, name: "\(node.name)/swish", format: result)
  }

  private mutating func kernel(
    _ weights: QuantizedWeights, _ convolution: ConvolutionOperation, _ parameter: Parameter
  ) -> Int {
    let shape = parameter.value.shape
    let size = convolution.kernelSize
    if convolution.isDepthwise {
      return program.add(
        .init(
          name: parameter.name, shape: [1, size.height, size.width, convolution.filters],
          constant: .weights(weights.values, scales: weights.scales, axis: 3)))
    }
    let rows = shape.count / convolution.filters
    return program.add(
      .init(
        name: parameter.name,
        shape: [convolution.filters, size.height, size.width, rows / (size.height * size.width)],
        constant: .weights(
          TensorProgram.Dialect.turned(weights.values, rows: rows, columns: convolution.filters),
          scales: weights.scales, axis: 0)))
  }

  /// A bias in units of the sums; nil if it is too large for 32 bits.
  private func sums(_ bias: Tensor, _ source: Float, _ weights: [Float]) -> TensorConstant? {
    let scales = weights.map { $0 * source }
    let values = zip(bias.elements, scales).compactMap { number, scale in
      Int32(exactly: (Double(number) / Double(scale)).rounded(.toNearestOrEven))
    }
    // Half of what 32 bits hold is left to the products.
    guard values.count == bias.count, values.allSatisfy({ abs(Int($0)) < 1 << 30 }) else { return nil }
    return .sums(values, scales: scales)
  }

  /// The format of a convolution's own result; nil if what follows cannot be done with whole numbers.
  private func between(
    _ quantized: QuantizedOperation, _ activation: Activation, _ result: AffineFormat
  ) throws -> AffineFormat? {
    if let residual = quantized.residual {
      guard let other = AffineFormat(residual), isFused(activation) else { return nil }
      // Beyond this the sum is cut off, whatever is added; and so far it went on the pictures.
      let (sum, added) = (result.range, other.range)
      let seen = quantized.addend ?? .infinity
      return AffineFormat(
        holding: max(sum.lowerBound - added.upperBound, -seen)...min(sum.upperBound - added.lowerBound, seen))
    }
    if isFused(activation) { return result }
    guard activation == .swish || activation == .hardSwish else { return nil }
    return AffineFormat(holding: Self.usefulRange(of: activation, result))
  }

  /// The arguments of a rising function that make a difference: what is smaller gives nothing, rounded to a format, and what is
  /// larger is cut off.
  private static func usefulRange(of activation: Activation, _ result: AffineFormat) -> ClosedRange<Float> {
    func value(_ x: Float) -> Float {
      activation == .hardSwish ? x * max(0, min(1, x / 6 + 0.5)) : x / (1 + exp(-x))
    }
    let step: Float = 1 / 16
    var low: Float = -32
    while low < 0, abs(value(low + step)) <= result.scale / 2 { low += step }
    let limit = result.range.upperBound
    var high = limit
    while value(high) < limit, high < limit + 4 { high += step }
    return low...max(high, step)
  }
}

extension QuantizedOperation {
  /// The operation as a convolution: a matrix product is one of single pixels.
  fileprivate func asConvolution(inputs shape: Shape) -> ConvolutionOperation {
    switch kernel {
    case .convolution(let convolution): return convolution
    case .dense(let dense):
      var convolution = ConvolutionOperation(kernelSize: 1, filters: dense.units, hasBias: dense.hasBias)
      convolution.activation = dense.activation
      return convolution
    }
  }
}
