internal import CTurboJPEG
internal import GraftCore

/// Owns one TurboJPEG decompressor. One caller at a time.
final class TurboJPEGDecoder {
  private let handle: tjhandle

  init() throws(ImageFault) {
    guard let handle = tjInitDecompress() else {
      throw ImageFault(.kernel, "libjpeg-turbo cannot start: \(String(cString: tjGetErrorStr2(nil)))")
    }
    self.handle = handle
  }

  deinit { tjDestroy(handle) }

  /// Decodes to RGB at `eighths`/8 of the stored size, in the stored orientation.
  ///
  /// Each side of the result is `⌈side × eighths / 8⌉`.
  func decode(_ bytes: UnsafeRawBufferPointer, header: JPEGHeader, eighths: Int) throws(ImageFault) -> PixelImage {
    let width = (header.width * eighths + 7) / 8
    let height = (header.height * eighths + 7) / 8
    func pixels(_ format: TJPF, channels: Int) throws(ImageFault) -> [UInt8] {
      let count = width * height * channels
      var fault: ImageFault?
      let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        fault = decompress(bytes, header: header, into: buffer, width: width, height: height, format: format)
        initialized = fault == nil ? count : 0
      }
      if let fault { throw fault }
      return pixels
    }
    guard header.componentCount == 4 else {
      return PixelImage(width: width, height: height, pixels: try pixels(TJPF_RGB, channels: 3))
    }
    // Adobe's programs store ink upside down: 255 is no ink.
    return PixelImage(
      width: width, height: height, cmyk: try pixels(TJPF_CMYK, channels: 4), isInverted: header.hasAdobeMarker)
  }

  /// Decodes into a buffer, all of which is written unless there is a fault.
  private func decompress(
    _ bytes: UnsafeRawBufferPointer, header: JPEGHeader, into pixels: UnsafeMutableBufferPointer<UInt8>, width: Int,
    height: Int, format: TJPF
  ) -> ImageFault? {
    // A progressive file may hold thousands of scans of nothing: LIMITSCANS stops those that take time for no picture.
    let status = tjDecompress2(
      handle, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, UInt(bytes.count), pixels.baseAddress,
      Int32(width), 0, Int32(height), format.rawValue, TJFLAG_LIMITSCANS)
    guard status != 0 else { return nil }
    let message = String(cString: tjGetErrorStr2(handle))
    if tjGetErrorCode(handle) == TJERR_WARNING.rawValue, Self.isHarmless(message) {
      // libjpeg tells its first warning only, so a cut behind a harmless oddity must be looked for.
      return header.hasEnd(bytes) ? nil : .truncated(.jpeg)
    }
    if message.hasPrefix("Premature end of JPEG file") { return .truncated(.jpeg) }
    let isUnsupported = message.hasPrefix("Unsupported") || message.contains("not implemented")
    return ImageFault(
      isUnsupported ? .unsupported : .corrupt, "\(isUnsupported ? "unsupported" : "damaged") JPEG: \(message)")
  }

  /// Warnings that leave every pixel as it was meant (texts of libjpeg's jerror.h, unchanged since 1998).
  private static func isHarmless(_ message: String) -> Bool {
    (message.hasPrefix("Corrupt JPEG data:") && message.contains("extraneous bytes before marker"))
      || message.hasPrefix("Unknown Adobe color transform code")
      || message.hasPrefix("Warning: unknown JFIF revision number")
      || message.hasPrefix("Invalid SOS parameters for sequential JPEG")
      || message.hasPrefix("Corrupt JPEG data: bad ICC marker")
  }
}
