internal import GraftCore

/// What a JPEG's markers say before the first scan: size, components, Adobe's marker, EXIF orientation.
struct JPEGHeader {
  var width = 0
  var height = 0
  var componentCount = 0
  var hasAdobeMarker = false
  var orientation = Orientation.up
  /// Where the first scan's header begins.
  private(set) var scanOffset = 0

  /// Walks the markers up to the first scan, as libjpeg does: bytes between markers are skipped.
  init(_ bytes: UnsafeRawBufferPointer) throws(ImageFault) {
    let reader = ByteReader(bytes: bytes)
    var offset = 2
    var sawExif = false
    while true {
      while let byte = reader.byte(offset), byte != 0xFF { offset += 1 }
      while reader.byte(offset) == 0xFF { offset += 1 }
      guard let marker = reader.byte(offset) else { throw .truncated(.jpeg) }
      offset += 1
      // Stuffed zero, TEM, restart markers and a second SOI stand alone.
      if marker == 0 || marker == 1 || (0xD0...0xD8).contains(marker) { continue }
      if marker == 0xD9 { throw ImageFault(.corrupt, "damaged JPEG: it ends before its picture") }
      guard let length = reader.word16(offset) else { throw .truncated(.jpeg) }
      guard length >= 2, let segment = reader.slice(offset + 2, count: length - 2) else {
        throw length < 2 ? ImageFault(.corrupt, "damaged JPEG: a marker has an impossible length") : .truncated(.jpeg)
      }
      switch marker {
      case 0xC3, 0xC7, 0xCB, 0xCF:
        // Some versions of libjpeg-turbo decode these, but at full size whatever is asked for: more than there is room for.
        throw ImageFault(.unsupported, "unsupported JPEG: it is compressed without loss")
      case 0xC0...0xCF where marker != 0xC4 && marker != 0xC8 && marker != 0xCC:
        try readFrame(segment)
      case 0xDA:
        guard componentCount > 0 else { throw ImageFault(.corrupt, "damaged JPEG: a scan comes before the frame") }
        scanOffset = offset
        return
      case 0xE1 where !sawExif && segment.bytes.starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]):
        sawExif = true
        orientation = Orientation(exif: segment)
      case 0xEE where segment.bytes.count >= 12 && segment.bytes.starts(with: [0x41, 0x64, 0x6F, 0x62, 0x65]):
        hasAdobeMarker = true
      default: break
      }
      offset += length
    }
  }

  private mutating func readFrame(_ segment: ByteReader) throws(ImageFault) {
    guard let height = segment.word16(1), let width = segment.word16(3), let count = segment.byte(5) else {
      throw ImageFault(.corrupt, "damaged JPEG: its frame header is too short")
    }
    (self.width, self.height, componentCount) = (width, height, count)
  }

  /// Whether an end-of-image marker follows the first scan. (One inside an EXIF thumbnail does not count.)
  func hasEnd(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = bytes.count - 2
    while index >= scanOffset {
      if bytes[index] == 0xFF, bytes[index + 1] == 0xD9 { return true }
      index -= 1
    }
    return false
  }
}
