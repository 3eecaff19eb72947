extension Canvas {
  /// Samples the picture bilinearly under a map. Definition: `keras.ops.image.affine_transform` with TensorFlow, that is
  /// `ImageProjectiveTransformV3`.
  mutating func resample(_ transform: PixelTransform, _ fill: FillMode) {
    if transform.isIdentity { return }
    let (width, height) = (width, height)
    // Coordinates are integers in units of 2⁻³² pixel: exact steps, and a floor that costs nothing.
    let (stepX, stepY) = (Self.fixed(transform.a0), Self.fixed(transform.b0))
    let (lastX, lastY) = (Int64(width - 1) << 32, Int64(height - 1) << 32)
    replace { source, result in
      let sampler = CanvasSampler(source: source, width: width, height: height, fill: fill)
      var out = result
      for row in 0..<height {
        var x = Self.fixed(transform.a1 * Double(row) + transform.a2)
        var y = Self.fixed(transform.b1 * Double(row) + transform.b2)
        for _ in 0..<width {
          if x >= 0, x <= lastX, y >= 0, y <= lastY {
            out.pointee = sampler.inside(x, y)
          } else {
            out.pointee = sampler.outside(x, y)
          }
          out += 1
          x &+= stepX
          y &+= stepY
        }
      }
    }
  }

  private static func fixed(_ value: Double) -> Int64 { Int64((value * 0x1p32).rounded()) }
}
