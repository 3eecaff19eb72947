/// The mean squared error of a channel's numbers as whole ones, for all limits at which they may be cut off.
///
/// With a step of Δ = limit / levels a number within reach is off by Δ/√12 on average, one below Δ/2 becomes 0, and one beyond
/// the limit the limit.
struct RoundingError: Sendable {
  /// Limits are tried in steps of this, eight to a power of 2.
  static let ratio = 0.917_004_043_204_671_2
  private static let count = 56

  /// The largest magnitude.
  let largest: Double
  /// The mean square of the numbers.
  let square: Double
  /// The limit with the least error.
  let bestLimit: Double
  private let errors: [Double]

  init(_ histograms: ChannelHistograms, _ channel: Int, levels: Double) {
    let bins = histograms.bins(channel)
    let largest = histograms.largest(channel)
    // Of the numbers below the n-th bin, and of all: how many they are, and the sums of them and of their squares.
    var below = [SIMD3<Double>()]
    for (x, share) in bins { below.append(below[below.count - 1] + share * SIMD3(1, x, x * x)) }
    let all = below[bins.count]
    var limit = largest
    var best = (limit: largest, error: Double.infinity)
    // Limits fall: bins that have come to lie beyond one stay there.
    var (within, nothing) = (bins.count, bins.count)
    errors = (0..<Self.count).map { _ in
      let step = limit / levels
      while within > 0, bins[within - 1].magnitude > limit { within -= 1 }
      nothing = min(nothing, within)
      while nothing > 0, bins[nothing - 1].magnitude >= step / 2 { nothing -= 1 }
      let beyond = all - below[within]
      let rounded = below[within][0] - below[nothing][0]
      // Where there is nothing, limits that are not finite make no difference.
      let cutOff = beyond[0] > 0 ? max(0, beyond[2] - 2 * limit * beyond[1] + limit * limit * beyond[0]) : 0
      let error = cutOff + below[nothing][2] + (rounded > 0 ? rounded * step * step / 12 : 0)
      if error < best.error { best = (limit, error) }
      limit *= Self.ratio
      return error
    }
    self.largest = largest
    bestLimit = best.limit
    square = all[2]
  }

  /// How many steps below the largest magnitude a limit lies, to the nearest one; negative above it.
  func steps(to limit: Double) -> Int {
    guard largest > 0, limit > 0 else { return 0 }
    var steps = 0
    // Half a step up: between two, the nearer one.
    var tried = largest / Self.ratio.squareRoot()
    while tried * Self.ratio >= limit, steps < Self.count { (tried, steps) = (tried * Self.ratio, steps + 1) }
    while tried < limit, steps > -Self.count { (tried, steps) = (tried / Self.ratio, steps - 1) }
    return steps
  }

  /// The error with a limit so many steps below the largest magnitude.
  func error(steps: Int) -> Double {
    guard steps < 0 else { return errors[min(steps, errors.count - 1)] }
    // Nothing is cut off: the error of rounding grows with the limit.
    return errors[0] * Self.growth[min(-steps, Self.count)]
  }

  private static let growth = (0...count).map { (0..<$0).reduce(1.0) { growth, _ in growth / (ratio * ratio) } }
}
