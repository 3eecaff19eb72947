/// The numbers that zip archives are made of (APPNOTE.TXT 6.3, section 4.3).
enum ZipRecord {
  static let localSignature: UInt32 = 0x0403_4B50
  static let centralSignature: UInt32 = 0x0201_4B50
  static let endSignature: UInt32 = 0x0605_4B50
  static let localSize = 30
  static let centralSize = 46
  static let endSize = 22
  /// What a 32-bit field of an archive holds whose true number lies in a 64-bit extension.
  static let limit = 0xFFFF_FFFF

  /// A number of 2 or 4 bytes, the low ones first.
  static func number(_ bytes: ArraySlice<UInt8>, at offset: Int, count: Int) -> Int {
    (0..<count).reduce(0) { $0 | Int(bytes[bytes.startIndex + offset + $1]) << (8 * $1) }
  }

  static func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
