internal import Foundation

/// What a search for a learning rate found: the loss at rates from very small to too large.
///
/// ```swift
/// let finding = try await model.findLearningRate(on: photos)
/// try finding.plot().writePNG(to: "rates.png")
/// print(finding.text)
/// ```
public struct LearningRateFinding: Sendable, Hashable, Codable {
  /// One step of the search.
  public struct Point: Sendable, Hashable, Codable {
    /// The rate of the step.
    public let learningRate: Double
    /// The loss of the step's batch, before the weights followed.
    public let loss: Double
    /// The loss, averaged over this step and those before it, recent ones more.
    public let smoothedLoss: Double
  }

  /// The steps, in the order of their rates.
  public let points: [Point]
  /// The rate at which the loss falls most steeply over the rate's logarithm; nil if it never falls.
  ///
  /// It is a rate that trains fast and is still safe. For a schedule that begins high, such as one-cycle, rates up to that of
  /// the lowest loss, divided by ten, are worth a try.
  public let suggestion: Double?
  /// Whether the search ended because the loss had grown beyond all bounds.
  public let hasDiverged: Bool

  /// How often the best smoothed loss is too much.
  static let divergence = 4.0

  /// Smooths losses and looks for the steepest descent.
  ///
  /// s_k = Σ_{j ≤ k} (1 − β) β^{k−j} l_j / (1 − β^{k+1}), as Smith's search is commonly done. The search ends at the first
  /// loss that is not finite or whose smoothed value is more than four times the best one.
  ///
  /// - Parameter smoothing: β, in [0, 1).
  init(rates: [Double], losses: [Double], smoothing: Double) {
    var points: [Point] = []
    var mean = 0.0
    var best = Double.infinity
    var hasDiverged = false
    for (index, (rate, loss)) in zip(rates, losses).enumerated() {
      guard loss.isFinite else {
        hasDiverged = true
        break
      }
      mean = smoothing * mean + (1 - smoothing) * loss
      let smoothed = mean / (1 - pow(smoothing, Double(index + 1)))
      points.append(Point(learningRate: rate, loss: loss, smoothedLoss: smoothed))
      if index > 0, smoothed > Self.divergence * best {
        hasDiverged = true
        break
      }
      best = min(best, smoothed)
    }
    self.points = points
    self.hasDiverged = hasDiverged
    suggestion = Self.steepest(points)
  }

  /// The rate in the middle of the steepest line through about a sixth of the steps, by least squares, before the lowest
  /// smoothed loss.
  ///
  /// The line goes through the batches' own losses: the smoothed ones lag behind by β / (1 − β) steps, which is a factor of
  /// five or so in the rate.
  private static func steepest(_ points: [Point]) -> Double? {
    guard let lowest = points.indices.min(by: { points[$0].smoothedLoss < points[$1].smoothedLoss }) else { return nil }
    let reach = max(2, points.count / 12)
    guard lowest >= 2 * reach else { return nil }
    let slopes = (reach...(lowest - reach)).map { slope(points[($0 - reach)...($0 + reach)]) }
    guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }), slopes[steepest] < 0 else { return nil }
    return points[reach + steepest].learningRate
  }

  /// The slope of the line through points over the logarithm of the rate.
  private static func slope(_ points: ArraySlice<Point>) -> Double {
    let count = Double(points.count)
    let middle = points.reduce(0) { $0 + log($1.learningRate) } / count
    let mean = points.reduce(0) { $0 + $1.loss } / count
    var (product, square) = (0.0, 0.0)
    for point in points {
      let distance = log(point.learningRate) - middle
      product += distance * (point.loss - mean)
      square += distance * distance
    }
    return product / square
  }
}
