internal import GraftCore

/// Decodes uncompressed BMP: 1, 4, 8 bits with a palette, 16, 24, 32 bits, bit fields, either row order.
///
/// libvips reads BMP through ImageMagick only, which is not made for files from strangers, and not everywhere there.
/// Layout: Microsoft's "Bitmap Storage" (BITMAPCOREHEADER, BITMAPINFOHEADER, V4 and V5). Alpha counts only if the header
/// gives it a mask, as in Pillow.
enum BMPDecoder {
  /// Decodes to RGB at full size.
  static func decode(_ bytes: UnsafeRawBufferPointer, limits: ImageLimits) throws(ImageFault) -> PixelImage {
    let header = try BMPHeader(ByteReader(bytes: bytes, isLittleEndian: true))
    let (width, height) = (header.width, header.height)
    try limits.check(width: width, height: height)
    // Rows are padded to 4 bytes.
    let stride = (width * header.bitsPerPixel + 31) / 32 * 4
    guard header.pixelOffset <= bytes.count, stride * height <= bytes.count - header.pixelOffset else {
      throw .truncated(.bmp)
    }
    var samples = [UInt8](repeating: 255, count: width * height * 4)
    for y in 0..<height {
      let line = header.pixelOffset + (header.isTopDown ? y : height - 1 - y) * stride
      for x in 0..<width {
        guard let color = header.color(x: x, line: line) else {
          throw ImageFault(.corrupt, "damaged BMP: its palette lies outside the file")
        }
        let out = 4 * (y * width + x)
        (samples[out], samples[out + 1], samples[out + 2], samples[out + 3]) = (color.x, color.y, color.z, color.w)
      }
    }
    return PixelImage(width: width, height: height, samples: samples, bands: 4)
  }
}
