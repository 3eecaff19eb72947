/// A part of an upright picture, in its pixels; fractions of pixels are allowed.
package struct ImageRegion: Sendable, Hashable {
  /// The left edge.
  package var x: Double
  /// The upper edge.
  package var y: Double
  /// The number of columns.
  package var width: Double
  /// The number of rows.
  package var height: Double

  /// The same part of the picture as it is stored: `width` × `height` pixels.
  func stored(as orientation: Orientation, width storedWidth: Int, height storedHeight: Int) -> ImageRegion {
    var result = self
    if orientation.swapsAxes { (result.x, result.y, result.width, result.height) = (y, x, height, width) }
    if orientation.mirrorsStoredX { result.x = Double(storedWidth) - result.x - result.width }
    if orientation.mirrorsStoredY { result.y = Double(storedHeight) - result.y - result.height }
    return result
  }
}
