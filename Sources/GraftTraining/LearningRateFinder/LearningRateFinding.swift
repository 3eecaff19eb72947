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
  /// The rate at which the smoothed loss falls most steeply over the rate's logarithm; nil if it never falls.
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

  /// The rate of the steepest descent before the lowest loss. The first tenth is left out: its means are of a few batches.
  private static func steepest(_ points: [Point]) -> Double? {
    guard let lowest = points.indices.min(by: { points[$0].smoothedLoss < points[$1].smoothedLoss }) else { return nil }
    let first = max(1, points.count / 10)
    guard first < lowest else { return nil }
    let slopes = (first..<lowest).map { index -> Double in
      let (before, after) = (points[index - 1], points[index + 1])
      return (after.smoothedLoss - before.smoothedLoss) / log(after.learningRate / before.learningRate)
    }
    guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }), slopes[steepest] < 0 else { return nil }
    return points[first + steepest].learningRate
  }
}
