extension ImageFormat {
  /// The format as people write it.
  var name: String {
    switch self {
    case .jpeg: "JPEG"
    case .png: "PNG"
    case .webp: "WebP"
    case .gif: "GIF"
    case .bmp: "BMP"
    case .tiff: "TIFF"
    }
  }

  /// Whether the outermost structure says that bytes are missing at the end. Used to name the reason of a failure.
  func isCutShort(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var reader = ByteReader(bytes: bytes)
    switch self {
    case .png:
      var offset = 8
      while let length = reader.word32(offset), let type = reader.word32(offset + 4) {
        offset += 12 + length
        // "IEND"
        if type == 0x4945_4E44 { return offset > bytes.count }
      }
      return true
    case .webp:
      reader.isLittleEndian = true
      return (reader.word32(4) ?? .max) > bytes.count - 8
    case .gif:
      // A GIF ends in its trailer; some writers pad it.
      return bytes.last { $0 != 0 } != 0x3B
    case .jpeg, .bmp, .tiff:
      return false
    }
  }
}
