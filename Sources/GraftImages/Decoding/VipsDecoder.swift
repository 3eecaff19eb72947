internal import CVips
internal import GraftCore

/// Decodes PNG, WebP, GIF (first frame) and TIFF (first page) through libvips.
///
/// libvips keeps one error text for all threads, so no reason is taken from it.
enum VipsDecoder {
  /// Decodes to upright RGB at full size.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, format: ImageFormat, limits: ImageLimits
  ) throws(ImageFault) -> PixelImage {
    if let size = format.declaredSize(bytes) { try limits.check(width: size.width, height: size.height) }
    // The decoders forgive a missing end once the first picture is whole; a file that was cut is told of all the same.
    if format.isCutShort(bytes) { throw .truncated(format) }
    try VipsLibrary.start()
    // The calling thread's share of libvips's buffers goes with the call: threads come and go.
    defer { vips_thread_shutdown() }
    guard let image = VipsImage(bytes, format: format) else { throw .damaged(format) }
    try limits.check(width: image.width, height: image.height)
    guard let bytesPerSample = image.bytesPerSample else {
      throw ImageFault(.unsupported, "unsupported \(format.name): its pixels are not 8- or 16-bit gray, RGB or CMYK")
    }
    let (width, height, bands, isCMYK) = (image.width, image.height, image.bands, image.isCMYK)
    guard isCMYK ? bands == 4 : (1...4).contains(bands) else {
      throw ImageFault(.unsupported, "unsupported \(format.name): it has \(bands) channels")
    }
    let decoded = image.withSamples { memory in
      if bytesPerSample == 2 { keepHighBytes(memory, count: width * height * bands) }
      let samples = UnsafePointer(memory.assumingMemoryBound(to: UInt8.self))
      return isCMYK
        ? PixelImage(width: width, height: height, cmyk: samples, isInverted: false)
        : PixelImage(width: width, height: height, samples: samples, bands: bands)
    }
    guard let decoded else { throw .damaged(format) }
    return decoded.upright(from: image.orientation)
  }

  /// 16 bits to 8, in place, as libpng's `png_set_strip_16` and TensorFlow do it: the high byte.
  private static func keepHighBytes(_ memory: UnsafeMutableRawPointer, count: Int) {
    for index in 0..<count {
      let sample = memory.load(fromByteOffset: 2 * index, as: UInt16.self)
      memory.storeBytes(of: UInt8(truncatingIfNeeded: sample >> 8), toByteOffset: index, as: UInt8.self)
    }
  }
}
