/// Reads a canvas between its pixels and beyond its edges. Coordinates are in units of 2⁻³² pixel.
struct CanvasSampler {
  let source: UnsafePointer<SIMD4<Float>>
  let width: Int
  let height: Int
  let fill: FillMode

  /// The value at a place within the picture: 0 … width − 1, 0 … height − 1.
  @inline(__always) func inside(_ x: Int64, _ y: Int64) -> SIMD4<Float> {
    let column = Int(x >> 32)
    let row = Int(y >> 32)
    let pixel = source + (row * width + column)
    // On the last column and row the neighbour's weight is 0.
    let right = column < width - 1 ? 1 : 0
    let below = row < height - 1 ? width : 0
    let shareX = Self.fraction(x)
    let upper = pixel[0] + (pixel[right] - pixel[0]) * shareX
    let lower = pixel[below] + (pixel[below + right] - pixel[below]) * shareX
    return upper + (lower - upper) * Self.fraction(y)
  }

  /// The value at a place of which at least one coordinate lies outside.
  func outside(_ x: Int64, _ y: Int64) -> SIMD4<Float> {
    if case .constant(let value) = fill { return blended(x, y, with: SIMD4(repeating: Float(value))) }
    return inside(folded(x, width), folded(y, height))
  }

  /// Pixels beyond the edge have the fill's value, and are blended with those within.
  private func blended(_ x: Int64, _ y: Int64, with value: SIMD4<Float>) -> SIMD4<Float> {
    let column = Int(x >> 32)
    let row = Int(y >> 32)
    func pixel(_ column: Int, _ row: Int) -> SIMD4<Float> {
      column >= 0 && column < width && row >= 0 && row < height ? source[row * width + column] : value
    }
    let shareX = Self.fraction(x)
    let upper = pixel(column, row) + (pixel(column + 1, row) - pixel(column, row)) * shareX
    let lower = pixel(column, row + 1) + (pixel(column + 1, row + 1) - pixel(column, row + 1)) * shareX
    return upper + (lower - upper) * Self.fraction(y)
  }

  /// A coordinate brought into the picture, as TensorFlow's `MapCoordinate` does it.
  private func folded(_ coordinate: Int64, _ length: Int) -> Int64 {
    let one = Int64(1) << 32
    let last = Int64(length - 1) << 32
    if coordinate >= 0, coordinate <= last { return coordinate }
    if length == 1 { return 0 }
    var place = coordinate
    switch fill {
    case .nearest, .constant: break
    case .reflect:
      // One picture and its mirror image. The edge lies half a pixel beyond the last pixel's centre.
      let period = Int64(2 * length) << 32
      place %= period
      if place < 0 { place += period }
      if place >= Int64(length) << 32 { place = period - place - one }
    case .wrap:
      // TensorFlow's way, to the letter: it counts periods of length − 1 and shifts by the length.
      let periods = coordinate < 0 ? -coordinate / last + 1 : -(coordinate / last)
      place += Int64(length) * periods * one
    }
    return min(max(place, 0), last)
  }

  @inline(__always) private static func fraction(_ coordinate: Int64) -> Float {
    Float(UInt32(truncatingIfNeeded: coordinate) >> 8) * 0x1p-24
  }
}
