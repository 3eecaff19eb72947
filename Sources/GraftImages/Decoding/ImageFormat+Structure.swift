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

  /// The picture's size where it stands at a fixed place, so that it is known before a library sees the file.
  func declaredSize(_ bytes: UnsafeRawBufferPointer) -> (width: Int, height: Int)? {
    let reader = ByteReader(bytes: bytes)
    switch self {
    case .png:
      guard let width = reader.word32(16), let height = reader.word32(20) else { return nil }
      return (width, height)
    case .gif: return GIFStructure(reader).size
    case .jpeg, .webp, .bmp, .tiff: return nil
    }
  }

  /// Whether the outermost structure says that bytes are missing at the end.
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
    case .gif: return !GIFStructure(reader).hasTrailer
    case .jpeg, .bmp, .tiff:
      return false
    }
  }
}
