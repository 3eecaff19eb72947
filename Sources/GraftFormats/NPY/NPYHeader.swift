internal import GraftCore

/// The header of an `.npy` file.
///
/// Definition: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, versions 1.0 to 3.0.
struct NPYHeader {
  static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
  private static let types: [String: NumberType] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32, "i8": .int64,
    "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
  ]

  let type: NumberType
  let isBigEndian: Bool
  let isFortranOrder: Bool
  let shape: Shape

  /// Where the header's text lies, from the file's first 12 bytes.
  static func textRange(in start: [UInt8], fileSize: Int) throws -> Range<Int> {
    guard start.starts(with: magic) else {
      throw GraftError(.unreadable, "Expected the signature of .npy, received other bytes.")
    }
    guard start.count >= 10 else { throw GraftError(.corrupt, "The file is cut short within its header.") }
    guard (1...3).contains(start[6]) else {
      throw GraftError(.unsupported, "Expected version 1, 2 or 3 of the format, received \(start[6]).\(start[7]).")
    }
    let lengthSize = start[6] == 1 ? 2 : 4
    guard start.count >= 8 + lengthSize else {
      throw GraftError(.corrupt, "The file is cut short within its header.")
    }
    let length = start[8..<(8 + lengthSize)].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= fileSize - 8 - lengthSize else {
      throw GraftError(.corrupt, "The header claims \(length) bytes, more than follow: the file is cut short.")
    }
    return (8 + lengthSize)..<(8 + lengthSize + length)
  }

  /// Reads the text: a Python dictionary with the keys `descr`, `fortran_order` and `shape`.
  init(text: [UInt8]) throws {
    var reader = PythonLiteral(String(decoding: text, as: UTF8.self))
    let members = try reader.dictionary()
    guard members.count == 3, let descr = members["descr"], case .boolean(let order)? = members["fortran_order"],
      case .tuple(let lengths)? = members["shape"]
    else {
      throw GraftError(.corrupt, "Expected 'descr', 'fortran_order' and 'shape' in the header.")
    }
    guard case .string(let descr) = descr, let mark = descr.first, let type = Self.types[String(descr.dropFirst())],
      "<>|=".contains(mark)
    else {
      throw GraftError(
        .unsupported, "Expected numbers of type f2, f4, f8, i1 to i8, u1 to u8 or b1; received \(descr.text).")
    }
    self.type = type
    isBigEndian = mark == ">"
    isFortranOrder = order
    shape = Shape(lengths)
  }

  /// The bytes of a header, aligned as NumPy aligns it.
  static func bytes(descr: String, shape: Shape) -> [UInt8] {
    let text = "{'descr': '\(descr)', 'fortran_order': False, 'shape': \(shape), }"
    // The data starts at a multiple of 64; the header's last byte is a line feed.
    let version1 = magic.count + 4 + text.utf8.count + 1 <= 65_472
    let lengthSize = version1 ? 2 : 4
    let used = magic.count + 2 + lengthSize + text.utf8.count + 1
    let padding = (64 - used % 64) % 64
    let length = text.utf8.count + padding + 1
    return magic + [version1 ? 1 : 2, 0] + (0..<lengthSize).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }
      + Array(text.utf8) + Array(repeating: UInt8(ascii: " "), count: padding) + [UInt8(ascii: "\n")]
  }
}
