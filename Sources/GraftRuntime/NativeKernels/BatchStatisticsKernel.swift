/// (x, moving mean, moving variance, affine, scratch, gamma, beta): the statistics of the whole batch, and what follows from them.
///
/// x has rows of channels. `affine` gets four rows of channels: scale a = γ / √(σ² + ε), offset b = β − μ a, mean μ, and
/// 1 / √(σ² + ε); x · a + b is the normalisation. The moving statistics are moved by the first worker alone:
/// moving ← momentum · moving + (1 − momentum) · batch, with the biased variance, as keras.layers.BatchNormalization has it.
struct BatchStatisticsKernel: NativeKernel {
  let rows: Int
  let channels: Int
  let epsilon: Float
  let momentum: Double
  let hasScale: Bool
  let hasOffset: Bool

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, movingMean, movingVariance) = (memory.floats(0), memory.floats(1), memory.floats(2))
    let affine = memory.floats(3)
    let scratch = NormalizationScratch(memory[4], channels: channels)
    let gamma = hasScale ? memory.floats(5) : nil
    let beta = hasOffset ? memory.floats(hasScale ? 6 : 5) : nil

    let totals = scratch.totals
    ChannelSums.collect(rows: rows, channels: channels, x, into: totals, sums: scratch.floats)
    totals[2 * channels] = Double(rows)
    environment.member.sum(totals)
    let count = totals[2 * channels]
    let (kept, taken) = (Float(momentum), Float(1 - momentum))
    for channel in 0..<channels {
      let mean = totals[channel] / count
      let variance = max(0, totals[channels + channel] / count - mean * mean)
      let inverse = 1 / (variance + Double(epsilon)).squareRoot()
      let scale = inverse * Double(gamma?[channel] ?? 1)
      affine[channel] = Float(scale)
      affine[channels + channel] = Float(Double(beta?[channel] ?? 0) - mean * scale)
      affine[2 * channels + channel] = Float(mean)
      affine[3 * channels + channel] = Float(inverse)
      guard environment.member.index == 0 else { continue }
      movingMean[channel] = movingMean[channel] * kept + Float(mean) * taken
      movingVariance[channel] = movingVariance[channel] * kept + Float(variance) * taken
    }
  }
}
