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
    var limit = largest
    var best = (limit: largest, error: Double.infinity)
    errors = (0..<Self.count).map { _ in
      let step = limit / levels
      let (noise, half) = (step * step / 12, step / 2)
      var error = 0.0
      for (x, share) in bins { error += share * (x > limit ? (x - limit) * (x - limit) : x < half ? x * x : noise) }
      if error < best.error { best = (limit, error) }
      limit *= Self.ratio
      return error
    }
    self.largest = largest
    bestLimit = best.limit
    square = bins.reduce(0) { $0 + $1.share * $1.magnitude * $1.magnitude }
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
