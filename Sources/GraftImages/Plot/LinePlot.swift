/// A plot of curves, drawn into a picture without any help from the system: no window, no font, no library.
///
/// ```swift
/// var plot = LinePlot(title: "Loss", xLabel: "epoch", yLabel: "loss")
/// plot.add("training", x: epochs, y: history["loss"])
/// plot.add("validation", x: epochs, y: history["val_loss"])
/// try plot.render().writePNG(to: "loss.png")
/// ```
public struct LinePlot: Sendable {
  /// A line through points.
  public struct Curve: Sendable, Hashable {
    /// What the legend calls it; an empty name stays out of the legend.
    public let name: String
    /// The points, in the order in which they are joined. What is not a finite number is a gap.
    public let points: [SIMD2<Double>]
  }

  /// A place on the horizontal axis that is marked by a line.
  public struct Mark: Sendable, Hashable {
    /// Where.
    public let x: Double
    /// What is written beside the line.
    public let label: String
  }

  /// What is written above.
  public var title: String
  /// What is written below the horizontal axis.
  public var xLabel: String
  /// What is written beside the vertical axis.
  public var yLabel: String
  /// Whether equal steps along the horizontal axis are equal factors.
  public var hasLogarithmicX: Bool
  /// What the vertical axis shows; nil for all there is. Curves end where they leave it.
  public var yRange: ClosedRange<Double>?
  /// The curves, which get different colours.
  public private(set) var curves: [Curve] = []
  /// The marked places.
  public private(set) var marks: [Mark] = []

  /// Makes an empty plot.
  public init(
    title: String = "", xLabel: String = "", yLabel: String = "", hasLogarithmicX: Bool = false,
    yRange: ClosedRange<Double>? = nil
  ) {
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.hasLogarithmicX = hasLogarithmicX
    self.yRange = yRange
  }

  /// Adds a curve. What is longer of `x` and `y` is cut.
  public mutating func add(_ name: String = "", x: [Double], y: [Double]) {
    curves.append(Curve(name: name, points: zip(x, y).map { SIMD2($0, $1) }))
  }

  /// Marks a place on the horizontal axis.
  public mutating func mark(x: Double, _ label: String) { marks.append(Mark(x: x, label: label)) }
}
