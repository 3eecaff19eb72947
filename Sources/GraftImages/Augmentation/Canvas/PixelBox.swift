/// A box with edges between pixels; a pixel belongs to it if its coordinate does, the upper edges excluded.
package struct PixelBox: Sendable, Hashable {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  /// Makes a box.
  package init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  /// The share of pixel `index`, from `index` to `index + 1`, that lies between two edges.
  static func coverage(_ index: Int, _ lower: Double, _ upper: Double) -> Double {
    max(0, min(Double(index + 1), upper) - max(Double(index), lower))
  }
}
