/// Bounds-checked reading of integers from bytes that somebody else wrote: nil beyond the end, never a trap.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  /// Whether the least significant byte comes first.
  var isLittleEndian = false

  func byte(_ offset: Int) -> Int? {
    offset >= 0 && offset < bytes.count ? Int(bytes[offset]) : nil
  }

  func word16(_ offset: Int) -> Int? {
    guard let first = byte(offset), let second = byte(offset + 1) else { return nil }
    return isLittleEndian ? second << 8 | first : first << 8 | second
  }

  func word32(_ offset: Int) -> Int? {
    guard let first = word16(offset), let second = word16(offset + 2) else { return nil }
    return isLittleEndian ? second << 16 | first : first << 16 | second
  }

  /// A reader of part of these bytes; nil if the part is not wholly inside.
  func slice(_ offset: Int, count: Int) -> ByteReader? {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else { return nil }
    return ByteReader(
      bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + count)]), isLittleEndian: isLittleEndian)
  }
}
