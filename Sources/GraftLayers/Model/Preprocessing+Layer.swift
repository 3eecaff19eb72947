internal import GraftCore
internal import GraftGraph

extension Preprocessing {
  /// A layer that computes the same from pixels from 0 to 255 (red, green, blue), with the values of its weights.
  ///
  /// One of Keras's own, whichever can: a `Rescaling` where all channels are treated alike, a `Normalization` where they
  /// are not, and a 1×1 convolution where they also change places.
  func layer(named name: String) -> (layer: Layer, weights: [Tensor]) {
    let scale = deviation.map { 1 / (Double($0) * Double(divisor)) }
    let offset = zip(mean, deviation).map { -Double($0) / Double($1) }
    if channelOrder == .bgr {
      var kernel = Tensor(zeros: [1, 1, 3, 3])
      for channel in 0..<3 { kernel[0, 0, 2 - channel, channel] = Float(scale[channel]) }
      let layer = Conv2D(3, kernelSize: 1, name: name)
      return (layer, [kernel, Tensor(offset.map { Float($0) })])
    }
    if Set(scale).count == 1, Set(offset).count == 1 {
      return (Rescaling(scale: Float(scale[0]), offset: Float(offset[0]), name: name), [])
    }
    let variance = scale.map { Float(1 / ($0 * $0)) }
    return (Normalization(mean: mean.map { $0 * divisor }, variance: variance, name: name), [])
  }
}
