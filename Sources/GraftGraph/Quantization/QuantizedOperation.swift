/// A convolution or matrix product on whole numbers of 8 bits: Σ is taken in 32 bits, and everything that was fused in (bias,
/// residual, activation) is done in 32-bit floats before the result is rounded.
///
/// Parameters are those of the operation itself, as floats: whoever runs it quantises the kernel, each output channel with a
/// scale of its own (`QuantizedWeights`).
package struct QuantizedOperation: Sendable, Hashable {
  /// What is computed.
  package enum Kernel: Sendable, Hashable {
    /// A convolution of pictures.
    case convolution(ConvolutionOperation)
    /// A matrix product.
    case dense(DenseOperation)
  }

  /// What is computed.
  package var kernel: Kernel
  /// The operand's format, never floats.
  package var source: NumberFormat
  /// The format of what is added, whole numbers if and only if the result is; nil if nothing is.
  package var residual: NumberFormat?
  /// The result's format.
  package var result: NumberFormat
  /// The largest magnitude that is added to the residual, as far as it was seen: for those who round it by itself.
  package var addend: Float?

  /// Describes a quantised operation.
  package init(kernel: Kernel, source: NumberFormat, residual: NumberFormat? = nil, result: NumberFormat) {
    self.kernel = kernel
    self.source = source
    self.residual = residual
    self.result = result
  }

  /// The same operation on floats.
  package var floatOperation: Operation {
    switch kernel {
    case .convolution(let convolution): .convolution(convolution)
    case .dense(let dense): .dense(dense)
    }
  }

  /// The activation of what is computed.
  package var activation: Activation {
    switch kernel {
    case .convolution(let convolution): convolution.activation
    case .dense(let dense): dense.activation
    }
  }

  /// The activation that is still to be applied: none where cutting off at the result's limits is the activation.
  package var remainingActivation: Activation {
    guard case .uint8 = result else { return activation }
    switch activation {
    case .relu: return .linear
    case .relu6: return result.limit <= 6 ? .linear : activation
    default: return activation
    }
  }

  /// The number of output channels.
  package var channels: Int {
    switch kernel {
    case .convolution(let convolution): convolution.filters
    case .dense(let dense): dense.units
    }
  }

  var summary: String {
    "int8 \(floatOperation.summary), \(source)" + (residual.map { " and \($0)" } ?? "") + " → \(result)"
  }
}

extension Node {
  /// The format of the node's result.
  package var format: NumberFormat {
    switch operation {
    case .quantized(let quantized): quantized.result
    case .convert(_, let format): format
    default: .float32
    }
  }
}
