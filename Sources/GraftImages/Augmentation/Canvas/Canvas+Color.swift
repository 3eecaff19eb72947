// Definitions: the layers of keras.layers that bear the names, on values of 0…255, each clipped to that range.
extension Canvas {
  /// keras.layers.RandomBrightness: `x + delta`.
  mutating func add(_ delta: Float) {
    map { ($0 + delta).within(255) }
  }

  /// Brightness as RandAugment has it: `x · factor`.
  mutating func multiply(_ factor: Float) {
    map { ($0 * factor).within(255) }
  }

  /// keras.layers.RandomContrast: `(x − mean) · factor + mean`, per channel.
  mutating func stretchContrast(_ factor: Float) {
    let mean = channelMeans()
    map { (($0 - mean) * factor + mean).within(255) }
  }

  /// keras.layers.RandomColorDegeneration with the factor `1 − factor`: `gray + (x − gray) · factor`.
  mutating func blendWithGray(_ factor: Float) {
    mapFour { color in
      let gray = color.red * 0.2989 + color.green * 0.5870 + color.blue * 0.1140
      color.red = (gray + (color.red - gray) * factor).within(255)
      color.green = (gray + (color.green - gray) * factor).within(255)
      color.blue = (gray + (color.blue - gray) * factor).within(255)
    }
  }

  /// keras.layers.Solarization without addition: `x < threshold ? x : 255 − x`.
  mutating func solarize(_ threshold: Float) {
    map { (255 - $0).replacing(with: $0, where: $0 .< threshold) }
  }

  /// keras.layers.AutoContrast: each channel from its least to its greatest value; a flat channel stays.
  mutating func stretchToFullRange() {
    var low = SIMD4<Float>(repeating: 255)
    var high = SIMD4<Float>(repeating: 0)
    for index in 0..<count {
      low = low.lesser(pixels[index])
      high = high.greater(pixels[index])
    }
    let isFlat = high .== low
    let scale = 255 / (high - low).replacing(with: 1, where: isFlat)
    let offset = -low * scale
    map { ($0 * scale + offset).within(255).replacing(with: $0, where: isFlat) }
  }

  /// keras.layers.RandomSharpness with half the factor: `smooth + (x − smooth) · factor`.
  ///
  /// Smoothing is 1/13 of all neighbours and 5/13 of the pixel. The picture's border stays, as in Pillow; Keras smooths it
  /// with zeros beyond, which draws a dark frame.
  mutating func sharpen(_ factor: Float) {
    let (width, height) = (width, height)
    guard width > 2, height > 2 else { return }
    replace { source, result in
      result.update(from: source, count: width * height)
      for row in 1..<(height - 1) {
        for column in 1..<(width - 1) {
          let pixel = source + (row * width + column)
          let above = pixel - width
          let below = pixel + width
          let ring = above[-1] + above[0] + above[1] + pixel[-1] + pixel[1] + below[-1] + below[0] + below[1]
          let smooth = ring * (1 / 13.0) + pixel[0] * (5 / 13.0)
          result[row * width + column] = (pixel[0] + (1 - factor) * (smooth - pixel[0])).within(255)
        }
      }
    }
  }

  private func channelMeans() -> SIMD4<Float> {
    // A row in floats, the rows in doubles: no picture is too large.
    var sum = SIMD4<Double>(repeating: 0)
    for row in 0..<height {
      var line = SIMD4<Float>(repeating: 0)
      for index in (row * width)..<((row + 1) * width) { line += pixels[index] }
      sum += SIMD4<Double>(Double(line.x), Double(line.y), Double(line.z), 0)
    }
    let mean = sum / Double(count)
    return SIMD4(Float(mean.x), Float(mean.y), Float(mean.z), 0)
  }
}
