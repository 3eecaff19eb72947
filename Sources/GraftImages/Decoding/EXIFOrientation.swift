extension Orientation {
  /// Reads the orientation from a JPEG's APP1 payload; `.up` if the payload is not EXIF, damaged, or says nothing.
  ///
  /// Damaged EXIF is common in files that every viewer shows, so it never fails a picture. Layout: "Exif\0\0", a TIFF
  /// header, then the first image directory: a count and 12-byte entries (EXIF 2.32, sections 4.5 and 4.6).
  init(exif payload: ByteReader) {
    self = Self.entry(in: payload) ?? .up
  }

  private static func entry(in payload: ByteReader) -> Orientation? {
    guard payload.bytes.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]),
      var tiff = payload.slice(6, count: payload.bytes.count - 6)
    else { return nil }
    switch tiff.word16(0) {
    case 0x4949: tiff.isLittleEndian = true
    case 0x4D4D: tiff.isLittleEndian = false
    default: return nil
    }
    guard tiff.word16(2) == 42, let directory = tiff.word32(4), let count = tiff.word16(directory) else { return nil }
    for index in 0..<count {
      let entry = directory + 2 + 12 * index
      guard let tag = tiff.word16(entry) else { return nil }
      guard tag == 0x0112 else { continue }
      // Type 3 is SHORT; its one value lies in the first two bytes of the value field.
      guard tiff.word16(entry + 2) == 3, tiff.word32(entry + 4) == 1, let value = tiff.word16(entry + 8) else {
        return nil
      }
      return Orientation(rawValue: value)
    }
    return nil
  }
}
