package import GraftCore

/// A batch normalisation on its moving statistics, seen as x · scale + offset per channel.
package struct ChannelAffine: Sendable {
  /// γ / √(σ² + ε).
  package let scale: [Double]
  /// β − μ · scale.
  package let offset: [Double]

  /// Takes the operation's parameters in its order: gamma and beta where it has them, moving mean, moving variance.
  package init(_ normalization: BatchNormalizationOperation, _ parameters: [Tensor]) {
    var rest = parameters[...]
    let gamma = normalization.hasScale ? rest.removeFirst().elements.map(Double.init) : nil
    let beta = normalization.hasOffset ? rest.removeFirst().elements.map(Double.init) : nil
    let mean = rest.removeFirst().elements.map(Double.init)
    let variance = rest.removeFirst().elements.map(Double.init)
    let scale = variance.indices.map { channel in
      (gamma?[channel] ?? 1) / (variance[channel] + Double(normalization.epsilon)).squareRoot()
    }
    self.scale = scale
    offset = mean.indices.map { channel in (beta?[channel] ?? 0) - mean[channel] * scale[channel] }
  }

  /// The same numbers for every channel.
  init(scale: Float, offset: Float, channels: Int) {
    self.init(
      scale: [Double](repeating: Double(scale), count: channels),
      offset: [Double](repeating: Double(offset), count: channels))
  }

  private init(scale: [Double], offset: [Double]) {
    self.scale = scale
    self.offset = offset
  }

  /// This one, then another.
  func followed(by next: ChannelAffine) -> ChannelAffine {
    ChannelAffine(
      scale: zip(scale, next.scale).map(*),
      offset: offset.indices.map { offset[$0] * next.scale[$0] + next.offset[$0] })
  }

  /// A kernel with its output channels scaled. A depthwise kernel's last two axes together are its output channels.
  func scaling(_ kernel: Tensor) -> Tensor {
    var result = kernel
    result.withUnsafeMutableBufferPointer { elements in
      for index in elements.indices {
        elements[index] = Float(Double(elements[index]) * scale[index % scale.count])
      }
    }
    return result
  }

  /// A bias sent through the normalisation.
  func applied(to bias: Tensor) -> Tensor {
    Tensor(bias.elements.enumerated().map { channel, value in Float(Double(value) * scale[channel] + offset[channel]) })
  }
}
