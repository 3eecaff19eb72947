extension PixelImage {
  /// This picture mixed with its partner, which must have the same size; values are rounded to the nearest.
  package func mixed(with partner: PixelImage, _ mixing: Mixing) -> PixelImage {
    precondition(
      partner.width == width && partner.height == height,
      "A \(width)×\(height) picture is needed, received \(partner.width)×\(partner.height).")
    switch mixing.way {
    case .blend:
      let share = mixing.share
      return PixelImage(width: width, height: height) { out in
        for index in pixels.indices {
          out[index] = Self.blend(pixels[index], partner.pixels[index], share: share)
        }
      }
    case .paste(let box): return pasting(partner, box)
    }
  }

  private func pasting(_ partner: PixelImage, _ box: PixelBox) -> PixelImage {
    let columns = (0..<width).map {
      Float(PixelBox.coverage($0, box.left * Double(width), box.right * Double(width)))
    }
    return PixelImage(width: width, height: height) { out in
      for row in 0..<height {
        let covered = Float(PixelBox.coverage(row, box.top * Double(height), box.bottom * Double(height)))
        for column in 0..<width {
          let share = 1 - covered * columns[column]
          for index in (3 * (row * width + column))..<(3 * (row * width + column) + 3) {
            out[index] = Self.blend(pixels[index], partner.pixels[index], share: share)
          }
        }
      }
    }
  }

  /// `share · own + (1 − share) · other`, rounded.
  @inline(__always) private static func blend(_ own: UInt8, _ other: UInt8, share: Float) -> UInt8 {
    let value = Float(other) + (Float(own) - Float(other)) * share
    return UInt8(truncatingIfNeeded: (value + 0x1p23).bitPattern)
  }
}
