/// The rectangle between a plot's axes.
struct PlotArea {
  let x: Range<Int>
  let y: Range<Int>

  /// The column of a value; nil if it lies outside.
  func column(_ value: Double, _ axis: PlotAxis) -> Int? {
    guard let position = axis.position(value), position > -1e-9, position < 1 + 1e-9 else { return nil }
    return min(x.upperBound - 1, x.lowerBound + Int((position * Double(x.count - 1)).rounded()))
  }

  /// The row of a value; nil if it lies outside.
  func row(_ value: Double, _ axis: PlotAxis) -> Int? {
    guard let position = axis.position(value), position > -1e-9, position < 1 + 1e-9 else { return nil }
    return max(y.lowerBound, y.upperBound - 1 - Int((position * Double(y.count - 1)).rounded()))
  }

  /// Where a point lies in the picture, also outside of the rectangle; nil if an axis cannot show it.
  func point(_ point: SIMD2<Double>, _ xAxis: PlotAxis, _ yAxis: PlotAxis) -> SIMD2<Double>? {
    guard let right = xAxis.position(point.x), let up = yAxis.position(point.y) else { return nil }
    // A diverged loss may be 10³⁰ times as high as the plot: beyond a hundred heights nobody sees the difference.
    return SIMD2(
      Double(x.lowerBound) + min(max(right, -100), 100) * Double(x.count - 1) + 0.5,
      Double(y.upperBound) - 0.5 - min(max(up, -100), 100) * Double(y.count - 1))
  }
}
