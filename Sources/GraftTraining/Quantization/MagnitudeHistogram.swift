/// How often magnitudes occur among many numbers: in bins as wide as a 128th of what is in them, whatever it is, so that one
/// pass over the numbers is enough. Counts do not depend on the order of the numbers.
struct MagnitudeHistogram: Sendable {
  // A bin is made of the upper 15 bits of a magnitude: its exponent and seven more.
  private static let shift = 16
  private var counts = [UInt32](repeating: 0, count: 1 << 15)

  /// Counts every `step`th number from `start` on.
  mutating func add(_ values: UnsafeBufferPointer<Float>, from start: Int, step: Int) {
    counts.withUnsafeMutableBufferPointer { counts in
      for index in stride(from: start, to: values.count, by: step) {
        counts[Int((values[index].bitPattern & 0x7fff_ffff) >> Self.shift)] &+= 1
      }
    }
  }

  /// Adds what another histogram counted.
  mutating func add(_ other: MagnitudeHistogram) {
    for index in counts.indices { counts[index] &+= other.counts[index] }
  }

  /// The middles of all bins that are not empty, with their counts, from the smallest on; zeros and what is not finite are left
  /// out.
  var bins: [(magnitude: Float, count: Double)] {
    counts.indices.dropFirst().compactMap { bin in
      let magnitude = Float(bitPattern: UInt32(bin) << Self.shift | 1 << (Self.shift - 1))
      return counts[bin] > 0 && magnitude.isFinite ? (magnitude, Double(counts[bin])) : nil
    }
  }

  /// Where whole numbers up to `levels` should end, so that rounding and cutting off lose least: the limit with the smallest
  /// mean squared error. A quotient of x within reach is off by Δ/√12 on average, one below Δ/2 becomes 0, and one beyond the
  /// limit the limit.
  ///
  /// - Parameter levels: 255, or 127 for numbers with a sign.
  /// - Returns: 0 if all numbers were 0.
  func limit(levels: Double) -> (limit: Float, largest: Float) {
    let bins = bins
    guard let largest = bins.last?.magnitude else { return (0, 0) }
    var best = (error: Double.infinity, limit: largest)
    var limit = Double(largest)
    for _ in 0..<Self.candidates {
      let delta = limit / levels
      let noise = delta * delta / 12
      var error = 0.0
      for (magnitude, count) in bins {
        let x = Double(magnitude)
        error += count * (x > limit ? (x - limit) * (x - limit) : x < delta / 2 ? x * x : noise)
      }
      if error < best.error { best = (error, Float(limit)) }
      limit *= Self.nextCandidate
    }
    return (best.limit, largest)
  }

  // Sixteen candidates from a limit to its half, over five such stretches.
  private static let nextCandidate = 0.957_603_280_698_573_7
  private static let candidates = 80
}
