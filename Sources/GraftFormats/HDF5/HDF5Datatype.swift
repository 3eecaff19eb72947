internal import GraftCore

/// What the elements of a dataset or an attribute are (datatype messages, IV.A.2.d).
enum HDF5Datatype: Hashable {
  case number(NumberType, isBigEndian: Bool)
  /// Bytes that mean something to somebody, so many for each element.
  case opaque(Int)
  /// Texts of one length.
  case text(length: Int, isSpacePadded: Bool)
  /// References to texts.
  case references
  /// Anything else.
  case other

  /// The bytes of one element; 0 for those that are not read.
  var byteCount: Int {
    switch self {
    case .number(let type, _): type.byteCount
    case .opaque(let size), .text(let size, _): size
    case .references: 16
    case .other: 0
    }
  }

  init(_ message: HDF5Slice) throws {
    var message = message
    let kind = try message.number(1) & 0xF
    let bits = try message.number(3)
    let size = try message.number(4)
    switch kind {
    case 0, 1:
      let number = try kind == 0 ? Self.integer(bits, size, &message) : Self.float(bits, size, &message)
      self = number.map { .number($0, isBigEndian: bits & 1 != 0) } ?? .other
    case 3: self = .text(length: size, isSpacePadded: bits & 0xF == 2)
    case 5: self = .opaque(size)
    case 9: self = bits & 0xF == 1 && size == 16 ? .references : .other
    default: self = .other
    }
  }

  private static func integer(_ bits: Int, _ size: Int, _ message: inout HDF5Slice) throws -> NumberType? {
    guard try message.number(2) == 0, try message.number(2) == 8 * size else { return nil }
    let isSigned = bits & 8 != 0
    return switch size {
    case 1: isSigned ? .int8 : .uint8
    case 2: isSigned ? .int16 : .uint16
    case 4: isSigned ? .int32 : .uint32
    case 8: isSigned ? .int64 : .uint64
    default: nil
    }
  }

  private static func float(_ bits: Int, _ size: Int, _ message: inout HDF5Slice) throws -> NumberType? {
    // First bit, bits, exponent's place and bits, mantissa's place and bits, bias.
    let fields = try [2, 2, 1, 1, 1, 1, 4].map { try message.number($0) }
    // A mantissa whose leading 1 is not stored, in one of the two common byte orders, the sign in front.
    guard bits & 0x40 == 0, bits >> 4 & 3 == 2, bits >> 8 & 0xFF == 8 * size - 1 else { return nil }
    return switch fields {
    case [0, 16, 10, 5, 0, 10, 15] where size == 2: .float16
    case [0, 16, 7, 8, 0, 7, 127] where size == 2: .bfloat16
    case [0, 32, 23, 8, 0, 23, 127] where size == 4: .float32
    case [0, 64, 52, 11, 0, 52, 1023] where size == 8: .float64
    default: nil
    }
  }
}
