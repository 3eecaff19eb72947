internal import GraftCore

/// What a chunk's bytes went through when they were written (filter messages, IV.A.2.l).
enum HDF5Filter: Hashable {
  case deflate, shuffle, fletcher32

  static func pipeline(_ message: HDF5Slice) throws -> [HDF5Filter] {
    var message = message
    let version = try message.number(1)
    let count = try message.number(1)
    guard (1...2).contains(version), count <= 32 else { throw GraftError(.corrupt, "It has filters of no known kind.") }
    if version == 1 { _ = try message.take(6) }
    return try (0..<count).map { _ in
      let number = try message.number(2)
      let nameLength = version == 1 || number >= 256 ? try message.number(2) : 0
      _ = try message.take(2)
      let values = try message.number(2)
      // Version 1 pads the name to eight bytes, and an odd number of values.
      let name = try message.take(version == 1 ? (nameLength + 7) & ~7 : nameLength)
      _ = try message.take(4 * (version == 1 ? values + values % 2 : values))
      switch number {
      case 1: return .deflate
      case 2: return .shuffle
      case 3: return .fletcher32
      default:
        let label = String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        throw GraftError(
          .unsupported, "It is compressed by filter \(number)\(label.isEmpty ? "" : " (\(label))"); expected gzip.")
      }
    }
  }

  /// What went in, of what came out when a chunk was written; nil if it does not fit together.
  ///
  /// - Parameter count: How many bytes the chunk has in the end.
  func undone(_ bytes: [UInt8], count: Int, elementSize: Int, behind: ArraySlice<HDF5Filter>) -> [UInt8]? {
    switch self {
    case .deflate:
      // A checksum that was added before adds four bytes.
      return Deflate.unwrapped(bytes, count: count + 4 * behind.count { $0 == .fletcher32 })
    case .fletcher32:
      guard bytes.count >= 4 else { return nil }
      let sum = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      return sum == HDF5Checksum.fletcher32(bytes.dropLast(4)) ? Array(bytes.dropLast(4)) : nil
    case .shuffle:
      // All first bytes, then all second ones, …; what is left over stands behind as it was.
      let elements = bytes.count / max(elementSize, 1)
      var result = bytes
      for place in 0..<elements {
        for byte in 0..<elementSize { result[place * elementSize + byte] = bytes[byte * elements + place] }
      }
      return result
    }
  }
}
