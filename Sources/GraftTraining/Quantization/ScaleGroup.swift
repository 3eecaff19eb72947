internal import CFloats
internal import GraftCore
internal import GraftGraph

/// Values that share the scales of their channels, because they are added to each other, and everything that decides them.
///
/// The scales of channels are free: whatever the channels of a value are divided by, the kernels that read it can be
/// multiplied by. Even channels lose less when they are rounded, but the weights that make up for it become uneven, and lose
/// more when they are rounded. So several ways are tried,
///
///     dᶜ = tᶜᵃ · uᶜ⁻ᵇ
///
/// with t the channel's best limit and u its largest weight in the kernels that read it, and the one is taken whose noise in
/// the results of these kernels is estimated to be least: Σ w² · (error of the channel) from the value's rounding, and
/// Σ x² · Δ²/12 from the rounding of weights.
struct ScaleGroup {
  /// A member: a value, with its magnitudes.
  struct Member {
    let value: NodeID
    let isSigned: Bool
    /// Numbers may not be larger than this (6 for relu6), as cutting off stands for it.
    let bound: Double?
    let errors: [RoundingError]
  }

  /// A kernel that reads a member.
  struct Reader {
    let channels: KernelChannels
    /// Whether every group has one input channel.
    let isDepthwise: Bool
    let weights: [Float]

    var outputs: Int { channels.outputs }

    /// For each output channel its largest weight times a scale, and the sum of squares over all of its weights.
    ///
    /// - Parameter squares: One for each input channel, like `scales`.
    func reach(_ scales: [Float], _ squares: [Double]) -> (largest: [Float], sums: [Double]) {
      channels.isGrouped ? reachOfGroups(scales, squares) : reachOfAll(scales, squares)
    }

    /// The same for any kernel.
    func reachOfGroups(_ scales: [Float], _ squares: [Double]) -> (largest: [Float], sums: [Double]) {
      var largest = [Float](repeating: 0, count: outputs)
      var sums = [Double](repeating: 0, count: outputs)
      weights.withUnsafeBufferPointer { weights in
        largest.withUnsafeMutableBufferPointer { largest in
          channels.forEachRow(of: weights, scales) { _, weights, scales in
            for output in weights.indices {
              let scaled = weights[output].magnitude * scales[output]
              largest[output] = scaled > largest[output] ? scaled : largest[output]
            }
          }
        }
        sums.withUnsafeMutableBufferPointer { sums in
          channels.forEachRow(of: weights, squares) { _, _, squares in
            for output in squares.indices { sums[output] += squares[output] }
          }
        }
      }
      return (largest, sums)
    }

    /// The same where every output channel reads every input channel: sums are the same for all.
    private func reachOfAll(_ scales: [Float], _ squares: [Double]) -> (largest: [Float], sums: [Double]) {
      var largest = [Float](repeating: 0, count: outputs)
      var sum = 0.0
      precondition(
        scales.count >= channels.inputs && squares.count >= channels.inputs, "A number for each channel is needed.")
      weights.withUnsafeBufferPointer { weights in
        guard outputs > 0, let base = weights.baseAddress else { return }
        for row in 0..<(weights.count / outputs) {
          let input = channels.input(row: row, output: 0)
          graft_compare_scaled(base + row * outputs, scales[input], &largest, outputs)
          sum += squares[input]
        }
      }
      return (largest, [Double](repeating: sum, count: outputs))
    }

    @inline(__always) func forEachWeight(_ body: (_ input: Int, _ output: Int, _ weight: Double) -> Void) {
      weights.withUnsafeBufferPointer { weights in
        for row in 0..<(weights.count / outputs) {
          let start = row * outputs
          for output in 0..<outputs {
            body(channels.input(row: row, output: output), output, Double(weights[start + output]))
          }
        }
      }
    }
  }

  let members: [Member]
  let readers: [Reader]
  let channels: Int

  private static let exponents: [(limit: Double, weight: Double)] = [0, 0.25, 0.5, 0.75, 1].flatMap { limit in
    [0, 0.25, 0.5].map { (limit, $0) }
  }

  /// The scales of the channels, and for each member the limit in units of them.
  ///
  /// - Parameter isFree: Whether channels may differ.
  func best(isFree: Bool) -> (scales: [Double], limits: [Double]) {
    let importance = importance
    let ways = isFree ? freeScales : [[Double](repeating: 1, count: channels)]
    var best: (noise: Double, scales: [Double], limits: [Double])?
    for scales in ways {
      let limits = members.map { limit($0, scales, importance) }
      let noise = limits.reduce(0) { $0 + $1.noise } + weightNoise(scales)
      if best.map({ noise < $0.noise }) ?? true { best = (noise, scales, limits.map(\.limit)) }
    }
    return best.map { ($0.scales, $0.limits) } ?? ([], [])
  }

  /// For each channel the sum of the squares of the weights that read it.
  private var importance: [Double] {
    var result = [Double](repeating: 0, count: channels)
    for reader in readers { reader.forEachWeight { input, _, weight in result[input] += weight * weight } }
    return result
  }

  /// The scales of every way.
  private var freeScales: [[Double]] {
    let limits = (0..<channels).map { channel in members.map { $0.errors[channel].bestLimit }.max() ?? 0 }
    var largest = [Double](repeating: 0, count: channels)
    for reader in readers where !reader.isDepthwise {
      reader.forEachWeight { input, _, weight in largest[input] = max(largest[input], abs(weight)) }
    }
    let channels = Array(zip(Self.filled(limits), Self.filled(largest)))
    return Self.exponents.map { exponents in
      channels.map { Self.power($0, exponents.limit) / Self.power($1, exponents.weight) }
    }
  }

  /// Numbers relative to the largest one, those of channels that are (nearly) nothing raised to a 256th.
  private static func filled(_ values: [Double]) -> [Double] {
    let largest = values.max() ?? 0
    return largest > 0 ? values.map { max($0 / largest, 1.0 / 256) } : [Double](repeating: 1, count: values.count)
  }

  /// A power whose exponent is a multiple of a quarter: by square roots, which are the same on every machine.
  private static func power(_ x: Double, _ exponent: Double) -> Double {
    let half = x.squareRoot()
    let quarter = half.squareRoot()
    switch exponent {
    case 0.25: return quarter
    case 0.5: return half
    case 0.75: return half * quarter
    case 1: return x
    default: return 1
    }
  }

  /// The limit of a member with the least noise.
  private func limit(
    _ member: Member, _ scales: [Double], _ importance: [Double]
  ) -> (limit: Double, noise: Double) {
    var limit = zip(member.errors, scales).map { $0.largest / $1 }.max() ?? 0
    // In no channel may the limit lie above the bound.
    if let bound = member.bound { limit = min(limit, bound / (scales.max() ?? 1)) }
    var noises = [Double](repeating: 0, count: 40)
    for channel in 0..<channels {
      let errors = member.errors[channel]
      let start = errors.steps(to: limit * scales[channel])
      for step in noises.indices { noises[step] += importance[channel] * errors.error(steps: start + step) }
    }
    let best = noises.indices.min { noises[$0] < noises[$1] } ?? 0
    return ((0..<best).reduce(limit) { limit, _ in limit * RoundingError.ratio }, noises[best])
  }

  /// What rounding weights does to the results. For a kernel with one input channel per group it is the same whatever the
  /// scales, and left out.
  private func weightNoise(_ scales: [Double]) -> Double {
    let squares = (0..<channels).map { channel in
      members.reduce(0) { $0 + $1.errors[channel].square } / Double(members.count) / (scales[channel] * scales[channel])
    }
    let scales = scales.map { Float($0) }
    return readers.reduce(0) { sum, reader in
      guard !reader.isDepthwise else { return sum }
      let (largest, inputs) = reader.reach(scales, squares)
      return sum
        + zip(largest, inputs).reduce(0) { $0 + (Double($1.0) / 127) * (Double($1.0) / 127) / 12 * $1.1 }
    }
  }
}
