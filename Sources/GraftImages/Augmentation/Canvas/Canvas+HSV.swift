// Keras converts to HSV and back (tf.image.rgb_to_hsv). With value and hue, or value and chroma, kept, both ways together
// are a short formula; it is the same up to rounding.
extension Canvas {
  /// keras.layers.RandomSaturation: the saturation times `factor`, at most 1.
  mutating func scaleSaturation(_ factor: Float) {
    mapFour { color in
      let value = color.greatest
      // Gray has no saturation; the division then gives something large that multiplies 0.
      let chroma = (value - color.least).greater(SIMD4(repeating: 1e-6))
      // The saturation is chroma / value, so this factor makes it 1.
      let scale = (value / chroma).lesser(SIMD4(repeating: factor))
      color.red = (value - (value - color.red) * scale).within(255)
      color.green = (value - (value - color.green) * scale).within(255)
      color.blue = (value - (value - color.blue) * scale).within(255)
    }
  }

  /// keras.layers.RandomHue: the hue, 0…1, plus `turn`, around the circle.
  mutating func turnHue(_ turn: Float) {
    mapFour { color in
      let value = color.greatest
      let least = color.least
      let chroma = value - least
      let unit = 1 / (6 * chroma.greater(SIMD4(repeating: 1e-6)))
      // Red wins ties over green, green over blue.
      let redHue = (color.green - color.blue) * unit
      let greenHue = (color.blue - color.red) * unit + 2 / 6.0
      let blueHue = (color.red - color.green) * unit + 4 / 6.0
      var hue = blueHue.replacing(with: greenHue, where: color.green .== value)
      hue.replace(with: redHue, where: color.red .== value)
      hue += turn
      hue.replace(with: hue - 1, where: hue .> 1)
      hue.replace(with: hue + 1, where: hue .< 0)
      let sixth = hue * 6
      color.red = least + chroma * (Self.distance(sixth, 3) - 1).within(1)
      color.green = least + chroma * (2 - Self.distance(sixth, 2)).within(1)
      color.blue = least + chroma * (2 - Self.distance(sixth, 4)).within(1)
    }
  }

  @inline(__always) private static func distance(_ values: SIMD4<Float>, _ center: Float) -> SIMD4<Float> {
    let difference = values - center
    return difference.greater(-difference)
  }
}
