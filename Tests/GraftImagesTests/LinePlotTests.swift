import Foundation
import GraftCore
import Testing

@testable import GraftImages

@Suite struct LinePlotTests {
  private func labels(_ axis: PlotAxis) -> [String] { axis.ticks.compactMap(\.label) }

  @Test func ticksAreRound() {
    #expect(labels(PlotAxis([0, 1], isLogarithmic: false, margin: 0)) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(labels(PlotAxis([-3, 37], isLogarithmic: false, margin: 0)) == ["0", "10", "20", "30"])
    #expect(
      labels(PlotAxis([0.011, 0.0195], isLogarithmic: false, margin: 0)) == ["0.012", "0.014", "0.016", "0.018"])
    #expect(labels(PlotAxis([2e6, 8e6], isLogarithmic: false, margin: 0)) == (2...8).map { "\($0)e6" })
    let decades = PlotAxis([1e-7, 10], isLogarithmic: true, margin: 0)
    #expect(labels(decades) == ["1e-7", "1e-6", "1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10"])
    // Lines without names at 2…9 times each power.
    #expect(decades.ticks.count == 9 + 8 * 8)
    #expect(labels(PlotAxis([1e-20, 1e10], isLogarithmic: true, margin: 0)).count == 10)
    // Less than a decade: plain steps.
    #expect(labels(PlotAxis([1, 3], isLogarithmic: true, margin: 0)) == ["1", "1.5", "2", "2.5", "3"])
  }

  @Test func axesMakeRoomAndLeaveOutWhatTheyCannotShow() {
    let same = PlotAxis([4, 4], isLogarithmic: false, margin: 0)
    #expect((same.lower, same.upper) == (2, 6))
    let none = PlotAxis([.nan, .infinity], isLogarithmic: false, margin: 0.5)
    #expect((none.lower, none.upper) == (-0.5, 1.5))
    let logarithmic = PlotAxis([-1, 0, 0.1, 10], isLogarithmic: true, margin: 0)
    #expect(logarithmic.position(1) == 0.5)
    #expect(logarithmic.position(0) == nil)
    #expect(logarithmic.position(-1) == nil)
  }

  private func color(_ image: PixelImage, _ x: Int, _ y: Int) -> PlotColor {
    let offset = 3 * (y * image.width + x)
    return PlotColor(red: image.pixels[offset], green: image.pixels[offset + 1], blue: image.pixels[offset + 2])
  }

  private func columns(_ image: PixelImage, of color: PlotColor) -> [Int: [Int]] {
    var found: [Int: [Int]] = [:]
    for x in 0..<image.width {
      for y in 0..<image.height where self.color(image, x, y) == color { found[x, default: []].append(y) }
    }
    return found
  }

  /// A straight line is where it belongs in every column, and a gap is a gap.
  @Test func curvesGoThroughTheirPoints() throws {
    var plot = LinePlot(yRange: 0...1)
    plot.add(x: [0, 1, 2, 3, 4], y: [0, 0.5, 1, .nan, 0])
    let image = try plot.render(width: 400, height: 300)
    let found = columns(image, of: PlotColor.curves[0])
    // As render lays it out: labels of 3 letters.
    let left = 12 + BitmapFont.width(of: "0.2") * 2 + 10
    let area = PlotArea(x: left..<376, y: 16..<268)
    let half = left + (area.x.count - 1) / 2
    for x in (left + 5)..<(half - 5) {
      let share = Double(x - left) / Double(area.x.count - 1) * 2
      let wanted = Double(area.y.upperBound - 1) - share * Double(area.y.count - 1)
      let rows = try #require(found[x], "column \(x)")
      #expect(rows.allSatisfy { abs(Double($0) - wanted) <= 2.5 }, "column \(x)")
    }
    #expect(found.keys.allSatisfy { $0 <= half + 2 })
  }

  @Test func nothingIsDrawnOutsideTheAxes() throws {
    var plot = LinePlot(yRange: 0...1)
    plot.add(x: [0, 1, 2], y: [0.5, 1e30, -1e30])
    let image = try plot.render(width: 400, height: 300)
    let found = columns(image, of: PlotColor.curves[0])
    #expect(!found.isEmpty)
    #expect(found.values.joined().allSatisfy { (16..<268).contains($0) })
  }

  @Test func lettersAreDrawn() {
    var canvas = PlotCanvas(width: 12, height: 10)
    canvas.write("1g", x: 0, y: 0, scale: 1, color: .text)
    let rows = (0..<10).map { y in
      (0..<12).map { x in color(canvas.image, x, y) == .text ? "#" : "." }.joined()
    }
    #expect(
      rows == [
        "..#.........", ".##.........", "..#....####.", "..#...#...#.", "..#...#...#.", "..#...#...#.", ".###...####.",
        "..........#.", ".......###..", "............",
      ])
    // What has no letter is a box, and no two letters are alike.
    #expect(BitmapFont.glyph("漢").isSet(column: 0, row: 3))
    let all = (33...126).compactMap { Unicode.Scalar(UInt8($0)) }.map(Character.init).filter { !"$\\`{}".contains($0) }
    #expect(Set(all.map { BitmapFont.glyph($0).rows + [UInt8(BitmapFont.glyph($0).drop)] }).count == all.count)
  }

  @Test func marksAndLegend() throws {
    var plain = LinePlot(title: "T", xLabel: "x", yLabel: "y", hasLogarithmicX: true)
    plain.add("one", x: [0.001, 0.1], y: [1, 2])
    plain.add("two", x: [0.001, 0.1], y: [2, 1])
    let image = try plain.render()
    #expect(!columns(image, of: PlotColor.curves[1]).isEmpty)
    #expect(columns(image, of: .mark).isEmpty)
    plain.mark(x: 0.01, "here")
    let marked = columns(try plain.render(), of: .mark)
    // The line of two pixels is in the middle between 0.001 and 0.1.
    let longest = marked.max { $0.value.count < $1.value.count }?.key ?? 0
    let left = 20 + 14 + BitmapFont.width(of: "1.2") * 2 + 10
    #expect((0...2).contains(longest - (left + 875) / 2))
    #expect(try plain.render() == plain.render())
    #expect(throws: GraftError.self) { try plain.render(width: 10, height: 10) }
    #expect(try LinePlot().render().width == 900)
  }
}
