/// The outline of a GIF: its size and whether it is whole (GIF89a specification, appendix B).
struct GIFStructure {
  /// The larger of the screen and the first frame, which damaged files and bombs make larger than the screen.
  private(set) var size: (width: Int, height: Int)?
  /// Whether the blocks lead to the trailer.
  private(set) var hasTrailer = false

  init(_ bytes: ByteReader) {
    var reader = bytes
    reader.isLittleEndian = true
    guard let width = reader.word16(6), let height = reader.word16(8), let flags = reader.byte(10) else { return }
    size = (width, height)
    var offset = 13 + Self.paletteLength(flags)
    var isFirstFrame = true
    while let kind = reader.byte(offset) {
      switch kind {
      case 0x21: offset = Self.endOfBlocks(reader, offset + 2)
      case 0x2C:
        guard let left = reader.word16(offset + 1), let top = reader.word16(offset + 3),
          let width = reader.word16(offset + 5), let height = reader.word16(offset + 7),
          let flags = reader.byte(offset + 9)
        else { return }
        if isFirstFrame, let screen = size, screen.width > 0, screen.height > 0 {
          size = (max(screen.width, left + width), max(screen.height, top + height))
        }
        isFirstFrame = false
        offset = Self.endOfBlocks(reader, offset + 11 + Self.paletteLength(flags))
      default:
        // Nothing else may stand between blocks; decoders stop here as at a trailer.
        hasTrailer = true
        return
      }
    }
  }

  private static func paletteLength(_ flags: Int) -> Int { flags & 0x80 == 0 ? 0 : 3 << (flags & 7 + 1) }

  /// Where the sub-blocks that begin at `start` end: behind the first empty one.
  private static func endOfBlocks(_ reader: ByteReader, _ start: Int) -> Int {
    var offset = start
    while let length = reader.byte(offset), length > 0 { offset += 1 + length }
    return offset + 1
  }
}
