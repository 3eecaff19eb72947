/// A colour on a plot.
struct PlotColor: Sendable, Hashable {
  let red: UInt8
  let green: UInt8
  let blue: UInt8

  static let paper = PlotColor(red: 255, green: 255, blue: 255)
  static let text = PlotColor(red: 40, green: 40, blue: 40)
  static let frame = PlotColor(red: 90, green: 90, blue: 90)
  static let grid = PlotColor(red: 225, green: 225, blue: 225)
  static let faintGrid = PlotColor(red: 242, green: 242, blue: 242)
  static let mark = PlotColor(red: 200, green: 60, blue: 50)

  /// The colours of curves, which people who see few colours can tell apart (Okabe and Ito, 2008).
  static let curves = [
    PlotColor(red: 0, green: 114, blue: 178), PlotColor(red: 230, green: 159, blue: 0),
    PlotColor(red: 0, green: 158, blue: 115), PlotColor(red: 204, green: 121, blue: 167),
    PlotColor(red: 86, green: 180, blue: 233), PlotColor(red: 213, green: 94, blue: 0),
  ]
}
