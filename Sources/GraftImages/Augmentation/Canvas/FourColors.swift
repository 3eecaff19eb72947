/// Four neighbouring pixels, a vector per channel: colour arithmetic without branches.
struct FourColors {
  var red: SIMD4<Float>
  var green: SIMD4<Float>
  var blue: SIMD4<Float>

  /// Takes four pixels apart.
  @inline(__always) init(_ pixels: UnsafeMutablePointer<SIMD4<Float>>) {
    let (a, b, c, d) = (pixels[0], pixels[1], pixels[2], pixels[3])
    red = SIMD4(a.x, b.x, c.x, d.x)
    green = SIMD4(a.y, b.y, c.y, d.y)
    blue = SIMD4(a.z, b.z, c.z, d.z)
  }

  /// Puts them together again.
  @inline(__always) func store(_ pixels: UnsafeMutablePointer<SIMD4<Float>>) {
    pixels[0] = SIMD4(red.x, green.x, blue.x, 0)
    pixels[1] = SIMD4(red.y, green.y, blue.y, 0)
    pixels[2] = SIMD4(red.z, green.z, blue.z, 0)
    pixels[3] = SIMD4(red.w, green.w, blue.w, 0)
  }

  /// The greatest channel: HSV's value.
  @inline(__always) var greatest: SIMD4<Float> { red.greater(green).greater(blue) }
  /// The least channel.
  @inline(__always) var least: SIMD4<Float> { red.lesser(green).lesser(blue) }
}

extension Canvas {
  /// Replaces pixels four at a time.
  @inline(__always) mutating func mapFour(_ change: (inout FourColors) -> Void) {
    pixels.withUnsafeMutableBufferPointer { pixels in
      guard let base = pixels.baseAddress else { return }
      for start in stride(from: 0, to: pixels.count, by: 4) {
        var four = FourColors(base + start)
        change(&four)
        four.store(base + start)
      }
    }
  }
}
