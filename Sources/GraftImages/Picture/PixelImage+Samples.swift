extension PixelImage {
  /// Makes RGB from decoded samples: gray or RGB, with or without alpha.
  ///
  /// Alpha is composited on white: `round((sample × alpha + 255 × (255 - alpha)) / 255)`.
  init(width: Int, height: Int, samples: UnsafePointer<UInt8>, bands: Int) {
    let isGray = bands < 3
    let hasAlpha = bands == 2 || bands == 4
    self.init(width: width, height: height) { destination in
      for pixel in 0..<(width * height) {
        let source = samples + pixel * bands
        let out = destination + pixel * 3
        let alpha = hasAlpha ? source[bands - 1] : 255
        for channel in 0..<3 {
          out[channel] = Self.onWhite(source[isGray ? 0 : channel], alpha: alpha)
        }
      }
    }
  }

  /// Makes RGB from four ink samples per pixel: `(255 - ink) × (255 - black) / 255`, rounded, as Pillow and
  /// TensorFlow do for pictures without a colour profile's help.
  ///
  /// - Parameter isInverted: whether 255 means no ink instead of full ink.
  init(width: Int, height: Int, cmyk: UnsafePointer<UInt8>, isInverted: Bool) {
    self.init(width: width, height: height) { destination in
      let flip: UInt8 = isInverted ? 0 : 255
      for pixel in 0..<(width * height) {
        let paper = Int(cmyk[4 * pixel + 3] ^ flip)
        for channel in 0..<3 {
          destination[3 * pixel + channel] = Self.dividedBy255(Int(cmyk[4 * pixel + channel] ^ flip) * paper)
        }
      }
    }
  }

  private static func onWhite(_ sample: UInt8, alpha: UInt8) -> UInt8 {
    alpha == 255 ? sample : dividedBy255(Int(sample) * Int(alpha) + 255 * (255 - Int(alpha)))
  }

  /// `round(value / 255)` for 0…65025. There are no ties, because 255 is odd.
  private static func dividedBy255(_ value: Int) -> UInt8 { UInt8(truncatingIfNeeded: (value + 127) / 255) }
}
