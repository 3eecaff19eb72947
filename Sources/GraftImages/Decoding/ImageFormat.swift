internal import GraftCore

/// What a file's first bytes say it is. Its extension is never asked.
enum ImageFormat: Sendable {
  case jpeg, png, webp, gif, bmp, tiff

  /// Recognises a format, or throws with what the bytes look like instead.
  init(sniffing bytes: UnsafeRawBufferPointer) throws(ImageFault) {
    func has(_ magic: [UInt8], at offset: Int = 0) -> Bool {
      bytes.count >= offset + magic.count && bytes[offset..<(offset + magic.count)].elementsEqual(magic)
    }
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
      has([UInt8](UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)), at: offset)
    }
    guard !bytes.isEmpty else { throw ImageFault(.corrupt, "the file is empty") }
    if has([0xFF, 0xD8]) {
      self = .jpeg
    } else if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if has("RIFF"), has("WEBP", at: 8) {
      self = .webp
    } else if has("GIF87a") || has("GIF89a") {
      self = .gif
    } else if has([0x49, 0x49, 0x2A, 0]) || has([0x4D, 0x4D, 0, 0x2A]) || has([0x49, 0x49, 0x2B, 0])
      || has([0x4D, 0x4D, 0, 0x2B])
    {
      self = .tiff
    } else if has("BM") {
      self = .bmp
    } else if has("ftyp", at: 4) {
      throw ImageFault(.unsupported, "HEIC, AVIF and video are not supported; convert it to JPEG or PNG")
    } else {
      throw ImageFault(.unsupported, "not a picture (expected JPEG, PNG, WebP, GIF, BMP or TIFF)")
    }
  }
}
