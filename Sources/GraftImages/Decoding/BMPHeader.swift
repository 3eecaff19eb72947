internal import GraftCore

/// A BMP's header, and where a pixel's colour comes from.
struct BMPHeader {
  let width: Int
  let height: Int
  let isTopDown: Bool
  let bitsPerPixel: Int
  let pixelOffset: Int
  private let reader: ByteReader
  private let paletteOffset: Int
  private let paletteCount: Int
  private let paletteStride: Int
  /// Masks of red, green, blue, alpha, for 16 and 32 bits.
  private let masks: [Int]

  init(_ reader: ByteReader) throws(ImageFault) {
    let truncated = ImageFault(.corrupt, "truncated BMP: the file ends in its header")
    guard let pixelOffset = reader.word32(10), let size = reader.word32(14) else { throw truncated }
    guard size == 12 || (40...124).contains(size) else {
      throw ImageFault(.unsupported, "unsupported BMP: its header has \(size) bytes")
    }
    let isCore = size == 12
    guard let width = isCore ? reader.word16(18) : reader.word32(18),
      let storedHeight = isCore ? reader.word16(20) : reader.word32(22),
      let bits = reader.word16(isCore ? 24 : 28),
      let compression = isCore ? 0 : reader.word32(30),
      let colors = isCore ? 0 : reader.word32(46)
    else { throw truncated }
    let height = isCore ? storedHeight : Int(Int32(truncatingIfNeeded: storedHeight))
    let isMasked = compression == 3 || compression == 6
    guard compression == 0 || (isMasked && (bits == 16 || bits == 32)) else {
      throw ImageFault(.unsupported, "unsupported BMP: it is compressed; save it as PNG")
    }
    guard [1, 4, 8, 16, 24, 32].contains(bits) else {
      throw ImageFault(.corrupt, "damaged BMP: it claims \(bits) bits per pixel")
    }
    self.reader = reader
    self.width = width
    self.height = abs(height)
    isTopDown = height < 0
    bitsPerPixel = bits
    paletteOffset = 14 + size
    paletteStride = isCore ? 3 : 4
    paletteCount = bits > 8 ? 0 : colors == 0 ? 1 << bits : min(colors, 1 << bits)
    // Some writers forget the palette when they say where the pixels begin.
    self.pixelOffset = max(pixelOffset, paletteOffset + paletteCount * paletteStride)
    if isMasked {
      // Version 1 headers are followed by three masks; later ones contain four.
      guard let red = reader.word32(54), let green = reader.word32(58), let blue = reader.word32(62),
        let alpha = size >= 56 || compression == 6 ? reader.word32(66) : 0
      else { throw truncated }
      masks = [red, green, blue, alpha]
    } else {
      masks = bits == 16 ? [0x7C00, 0x03E0, 0x001F, 0] : [0xFF0000, 0xFF00, 0xFF, 0]
    }
  }

  /// Red, green, blue and alpha of the pixel in column `x` of the row that begins at `line`.
  func color(x: Int, line: Int) -> SIMD4<UInt8>? {
    switch bitsPerPixel {
    case 1, 4, 8:
      guard let byte = reader.byte(line + x * bitsPerPixel / 8) else { return nil }
      let shift = 8 - bitsPerPixel - x * bitsPerPixel % 8
      let index = byte >> shift & (1 << bitsPerPixel - 1)
      // Writers trim palettes; what lies beyond is black, as elsewhere.
      return index < paletteCount ? opaque(paletteOffset + index * paletteStride) : SIMD4(0, 0, 0, 255)
    case 24: return opaque(line + 3 * x)
    default:
      guard let value = bitsPerPixel == 16 ? reader.word16(line + 2 * x) : reader.word32(line + 4 * x) else {
        return nil
      }
      var color = SIMD4<UInt8>(repeating: 255)
      for (channel, mask) in masks.enumerated() where mask != 0 {
        let largest = mask >> mask.trailingZeroBitCount
        color[channel] = UInt8(truncatingIfNeeded: ((value & mask) >> mask.trailingZeroBitCount * 255) / largest)
      }
      return color
    }
  }

  private func opaque(_ offset: Int) -> SIMD4<UInt8>? {
    guard let blue = reader.byte(offset), let green = reader.byte(offset + 1), let red = reader.byte(offset + 2)
    else { return nil }
    return SIMD4(
      UInt8(truncatingIfNeeded: red), UInt8(truncatingIfNeeded: green), UInt8(truncatingIfNeeded: blue), 255)
  }
}
