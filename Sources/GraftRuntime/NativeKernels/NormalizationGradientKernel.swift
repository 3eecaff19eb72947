internal import GraftGraph

/// (x, affine, dy, dx, scratch, dγ, dβ): the gradients of a normalisation by the batch and of the rectifier fused into it.
///
/// With n = (x − μ) / √(σ² + ε) and g = dy where the rectifier lets it pass, else 0:
/// dβ = Σ g, dγ = Σ g n, dx = a (g − Σ g / N − n Σ g n / N), with sums over the whole batch of N. dγ and dβ are those of this
/// worker's part, as all gradients of weights are. Definition: Ioffe and Szegedy (2015).
struct NormalizationGradientKernel: NativeKernel {
  let rows: Int
  let channels: Int
  let activation: Activation
  let wantsScale: Bool
  let wantsOffset: Bool

  private static let chunk = 64

  func run(_ memory: [UnsafeMutableRawPointer], _ environment: RunEnvironment) {
    let (x, affine, dy, dx) = (memory.floats(0), memory.floats(1), memory.floats(2), memory.floats(3))
    let scratch = NormalizationScratch(memory[4], channels: channels)
    let scaleGradient = wantsScale ? memory.floats(5) : nil
    let offsetGradient = wantsOffset ? memory.floats(wantsScale ? 6 : 5) : nil

    let totals = scratch.totals
    collect(x, affine, dy, scratch)
    for channel in 0..<channels {
      offsetGradient?[channel] = Float(totals[channel])
      scaleGradient?[channel] = Float(totals[channels + channel])
    }
    totals[2 * channels] = Double(rows)
    environment.member.sum(totals)
    spread(x, affine, dy, scratch, into: dx)
  }

  /// Eight channels at a time. The compiler would not make vectors of a choice that depends on a value.
  private typealias Lanes = SIMD8<Float>

  /// The channels that whole vectors hold.
  private var wide: Int { channels / Lanes.scalarCount * Lanes.scalarCount }

  /// Where the rectifier lets gradients through: between these, both excluded.
  private var bounds: (floor: Float, ceiling: Float) {
    switch activation {
    case .relu: (0, .infinity)
    case .relu6: (0, 6)
    default: (-.infinity, .infinity)
    }
  }

  @inline(__always)
  private static func pass(_ results: Lanes, _ gradients: Lanes, _ floor: Lanes, _ ceiling: Lanes) -> Lanes {
    Lanes.zero.replacing(with: gradients, where: (results .> floor) .& (results .< ceiling))
  }

  /// Σ g and Σ g n per channel.
  private func collect(
    _ x: UnsafePointer<Float>, _ affine: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    _ scratch: NormalizationScratch
  ) {
    let (a, b, mean, inverse) = (affine, affine + channels, affine + 2 * channels, affine + 3 * channels)
    let totals = scratch.totals
    totals.update(repeating: 0)
    let s = scratch.floats
    let q = s + channels
    let (wide, (floor, ceiling)) = (wide, bounds)
    let (floors, ceilings) = (Lanes(repeating: floor), Lanes(repeating: ceiling))
    for start in stride(from: 0, to: rows, by: Self.chunk) {
      for index in 0..<(2 * channels) { s[index] = 0 }
      for row in start..<min(start + Self.chunk, rows) {
        let (values, gradients) = (x + row * channels, dy + row * channels)
        for channel in stride(from: 0, to: wide, by: Lanes.scalarCount) {
          let value = Lanes(values, channel)
          let passed = Self.pass(
            value * Lanes(a, channel) + Lanes(b, channel), Lanes(gradients, channel), floors, ceilings)
          (Lanes(s, channel) + passed).store(to: s, channel)
          (Lanes(q, channel) + passed * (value - Lanes(mean, channel))).store(to: q, channel)
        }
        for channel in wide..<channels {
          let value = values[channel]
          let result = value * a[channel] + b[channel]
          let passed = result > floor && result < ceiling ? gradients[channel] : 0
          s[channel] += passed
          q[channel] += passed * (value - mean[channel])
        }
      }
      for channel in 0..<channels {
        totals[channel] += Double(s[channel])
        totals[channels + channel] += Double(q[channel])
      }
    }
    for channel in 0..<channels { totals[channels + channel] *= Double(inverse[channel]) }
  }

  /// dx from the means of g and of g n over the batch.
  private func spread(
    _ x: UnsafePointer<Float>, _ affine: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
    _ scratch: NormalizationScratch,
    into dx: UnsafeMutablePointer<Float>
  ) {
    let (a, b, mean, inverse) = (affine, affine + channels, affine + 2 * channels, affine + 3 * channels)
    let totals = scratch.totals
    let count = totals[2 * channels]
    let slope = scratch.floats
    let constant = slope + channels
    // dx = a g − slope · x − constant: two numbers per channel instead of four.
    for channel in 0..<channels {
      let scale = Double(a[channel])
      let steepness = scale * Double(inverse[channel]) * totals[channels + channel] / count
      slope[channel] = Float(steepness)
      constant[channel] = Float(scale * totals[channel] / count - Double(mean[channel]) * steepness)
    }
    let (wide, (floor, ceiling)) = (wide, bounds)
    let (floors, ceilings) = (Lanes(repeating: floor), Lanes(repeating: ceiling))
    for row in 0..<rows {
      let (values, gradients, result) = (x + row * channels, dy + row * channels, dx + row * channels)
      for channel in stride(from: 0, to: wide, by: Lanes.scalarCount) {
        let value = Lanes(values, channel)
        let scale = Lanes(a, channel)
        let passed = Self.pass(value * scale + Lanes(b, channel), Lanes(gradients, channel), floors, ceilings)
        (scale * passed - Lanes(slope, channel) * value - Lanes(constant, channel)).store(to: result, channel)
      }
      for channel in wide..<channels {
        let value = values[channel]
        let output = value * a[channel] + b[channel]
        let passed = output > floor && output < ceiling ? gradients[channel] : 0
        result[channel] = a[channel] * passed - slope[channel] * value - constant[channel]
      }
    }
  }
}
