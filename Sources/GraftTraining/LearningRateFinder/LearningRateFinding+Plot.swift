internal import Foundation
public import GraftImages

extension LearningRateFinding {
  /// The losses over the rates, the suggestion marked.
  ///
  /// - Parameters:
  ///   - width: The picture's width in pixels.
  ///   - height: Its height.
  public func plot(width: Int = 900, height: Int = 540) throws -> PixelImage {
    let smoothed = points.map(\.smoothedLoss)
    // Beyond the lowest loss it explodes, which would flatten all the rest.
    let lowest = smoothed.indices.min { smoothed[$0] < smoothed[$1] } ?? 0
    let shown = points.prefix(lowest + 1).flatMap { [$0.loss, $0.smoothedLoss] }
    let (low, high) = (shown.min() ?? 0, shown.max() ?? 1)
    let room = max(high - low, 0.05 * abs(high), 1e-6)
    var plot = LinePlot(
      title: "Learning rate search", xLabel: "learning rate", yLabel: "loss", hasLogarithmicX: true,
      yRange: (low - 0.1 * room)...(high + 0.4 * room))
    plot.add("batch", x: points.map(\.learningRate), y: points.map(\.loss))
    plot.add("smoothed", x: points.map(\.learningRate), y: smoothed)
    if let suggestion { plot.mark(x: suggestion, "suggested \(Self.short(suggestion))") }
    return try plot.render(width: width, height: height)
  }

  /// Some of the points as a table, and the suggestion.
  public var text: String {
    let step = max(1, points.count / 20)
    var lines = ["learning rate  loss      smoothed"]
    for (index, point) in points.enumerated() where index.isMultiple(of: step) || index == points.count - 1 {
      lines.append(
        String(format: "%-13.3g  %-8.4g  %.4g", point.learningRate, point.loss, point.smoothedLoss))
    }
    if hasDiverged { lines.append("The loss grew beyond all bounds there: the search ended.") }
    lines.append(
      suggestion.map { "Suggested learning rate: \(Self.short($0))" }
        ?? "The loss did not fall at any rate: there is nothing to suggest.")
    return lines.joined(separator: "\n")
  }

  private static func short(_ rate: Double) -> String { String(format: "%.2g", rate) }
}
