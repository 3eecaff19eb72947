internal import GraftCore

extension LinePlot {
  private static let scale = 2
  private static let textHeight = BitmapFont.height * scale

  /// Draws the plot.
  ///
  /// - Parameters:
  ///   - width: The picture's width in pixels, at least 200.
  ///   - height: Its height, at least 150.
  /// - Throws: `GraftError.invalidArgument` for a picture too small to hold axes and their names, or too large.
  public func render(width: Int = 900, height: Int = 540) throws -> PixelImage {
    guard (200...10_000).contains(width), (150...10_000).contains(height) else {
      throw GraftError(
        .invalidArgument,
        "A plot needs 200 to 10000 columns and 150 to 10000 rows. Received: \(width)×\(height).")
    }
    let points = curves.flatMap(\.points).filter { $0.x.isFinite && $0.y.isFinite }
    let xAxis = PlotAxis(points.map(\.x) + marks.map(\.x), isLogarithmic: hasLogarithmicX, margin: 0)
    let yAxis = PlotAxis(
      yRange.map { [$0.lowerBound, $0.upperBound] } ?? points.map(\.y), isLogarithmic: false,
      margin: yRange == nil ? 0.05 : 0)
    var canvas = PlotCanvas(width: width, height: height)
    let labels = yAxis.ticks.compactMap { $0.label }.map { BitmapFont.width(of: $0) * Self.scale }.max() ?? 0
    let left = (yLabel.isEmpty ? 12 : 20 + Self.textHeight) + labels + 10
    let area = PlotArea(
      x: left..<(width - 24), y: (title.isEmpty ? 16 : 32 + Self.textHeight)..<(height - (xLabel.isEmpty ? 32 : 62)))
    drawGrid(&canvas, area, xAxis, yAxis)
    for mark in marks { draw(mark, &canvas, area, xAxis) }
    for (index, curve) in curves.enumerated() {
      let line = curve.points.map { area.point($0, xAxis, yAxis) }
      canvas.stroke(line, width: 2, color: Self.color(index), insideX: area.x, insideY: area.y)
    }
    drawFrame(&canvas, area)
    drawLegend(&canvas, area)
    return canvas.image
  }

  private static func color(_ index: Int) -> PlotColor { PlotColor.curves[index % PlotColor.curves.count] }

  private func drawGrid(_ canvas: inout PlotCanvas, _ area: PlotArea, _ xAxis: PlotAxis, _ yAxis: PlotAxis) {
    for tick in xAxis.ticks.sorted(by: { $0.label == nil && $1.label != nil }) {
      guard let x = area.column(tick.value, xAxis) else { continue }
      canvas.fill(tick.label == nil ? .faintGrid : .grid, x: x..<(x + 1), y: area.y)
    }
    // A name that would touch the one before it is left out.
    var end = Int.min
    for tick in xAxis.ticks {
      guard let label = tick.label, let x = area.column(tick.value, xAxis) else { continue }
      let size = BitmapFont.width(of: label) * Self.scale
      let start = min(x - size / 2, canvas.width - size - 2)
      guard start > end + 8 else { continue }
      canvas.write(label, x: start, y: area.y.upperBound + 8, scale: Self.scale, color: .text)
      end = start + size
    }
    for tick in yAxis.ticks {
      guard let label = tick.label, let y = area.row(tick.value, yAxis) else { continue }
      canvas.fill(.grid, x: area.x, y: y..<(y + 1))
      let size = BitmapFont.width(of: label) * Self.scale
      canvas.write(
        label, x: area.x.lowerBound - size - 8, y: y - Self.textHeight / 2, scale: Self.scale, color: .text)
    }
  }

  private func draw(_ mark: Mark, _ canvas: inout PlotCanvas, _ area: PlotArea, _ axis: PlotAxis) {
    guard let x = area.column(mark.x, axis) else { return }
    // Dashes, so that a mark is no part of the grid.
    for y in area.y where (y - area.y.lowerBound) % 10 < 6 { canvas.fill(.mark, x: x..<(x + 2), y: y..<(y + 1)) }
    let size = BitmapFont.width(of: mark.label) * Self.scale
    let isRight = x + 8 + size < area.x.upperBound
    canvas.write(
      mark.label, x: isRight ? x + 8 : x - 6 - size, y: area.y.lowerBound + 8, scale: Self.scale, color: .mark)
  }

  private func drawFrame(_ canvas: inout PlotCanvas, _ area: PlotArea) {
    let (x, y) = (area.x, area.y)
    canvas.fill(.frame, x: (x.lowerBound - 1)..<x.lowerBound, y: y.lowerBound..<(y.upperBound + 1))
    canvas.fill(.frame, x: (x.lowerBound - 1)..<x.upperBound, y: y.upperBound..<(y.upperBound + 1))
    func centered(_ text: String, y: Int) {
      let size = BitmapFont.width(of: text) * Self.scale
      canvas.write(
        text, x: max(4, (x.lowerBound + x.upperBound - size) / 2), y: y, scale: Self.scale, color: .text)
    }
    centered(title, y: 14)
    centered(xLabel, y: canvas.height - Self.textHeight - 12)
    let size = BitmapFont.width(of: yLabel) * Self.scale
    canvas.writeUpwards(
      yLabel, x: 12, y: min(canvas.height - 4, (y.lowerBound + y.upperBound + size) / 2), scale: Self.scale,
      color: .text)
  }

  private func drawLegend(_ canvas: inout PlotCanvas, _ area: PlotArea) {
    let named = curves.enumerated().filter { !$0.element.name.isEmpty }
    guard let longest = named.map({ BitmapFont.width(of: $0.element.name) * Self.scale }).max() else { return }
    let left = area.x.upperBound - longest - 46
    // Below the names of marks.
    var top = area.y.lowerBound + (marks.isEmpty ? 10 : 32)
    // Curves do not run through the names.
    let rows = named.count * (Self.textHeight + 8) + 4
    canvas.fill(.paper, x: (left - 6)..<(area.x.upperBound - 2), y: (top - 6)..<(top - 6 + rows))
    for (index, curve) in named {
      let middle = top + Self.textHeight / 2
      canvas.fill(Self.color(index), x: left..<(left + 24), y: (middle - 1)..<(middle + 1))
      canvas.write(curve.name, x: left + 32, y: top, scale: Self.scale, color: .text)
      top += Self.textHeight + 8
    }
  }
}
