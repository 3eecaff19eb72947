internal import GraftCore

/// Writes a FlatBuffer: a table first, then what it points to, so that all offsets point forward.
struct FlatBufferWriter {
  private var bytes: [UInt8] = []

  /// The bytes of a root table.
  ///
  /// - Parameter identifier: The four characters that say what the file is.
  /// - Throws: `GraftError.unsupported` beyond 2 GiB, which offsets cannot reach.
  static func bytes(of root: FlatBufferTable, identifier: String) throws -> [UInt8] {
    var writer = FlatBufferWriter()
    writer.append(UInt32(0))
    writer.bytes += Array(identifier.utf8)
    try writer.write(.table(root), for: 0)
    return writer.bytes
  }

  private mutating func append<Number: FixedWidthInteger>(_ number: Number) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private mutating func pad(to alignment: Int, after count: Int = 0) {
    let rest = (bytes.count + count) % alignment
    if rest > 0 { bytes.append(contentsOf: repeatElement(0, count: alignment - rest)) }
  }

  /// Lets the offset at a place point to what is written next.
  private mutating func point(from place: Int) throws {
    guard bytes.count < 1 << 31 else {
      throw GraftError(.unsupported, "The network has too many weights: a FlatBuffer holds 2 GiB.")
    }
    put(UInt32(bytes.count - place), at: place)
  }

  private mutating func write(_ object: FlatBufferTable.Object, for place: Int) throws {
    switch object {
    case .table(let table):
      try write(table, for: place)
    case .tables(let tables):
      pad(to: 4)
      try point(from: place)
      append(UInt32(tables.count))
      let start = bytes.count
      bytes.append(contentsOf: repeatElement(0, count: 4 * tables.count))
      for (index, table) in tables.enumerated() { try write(table, for: start + 4 * index) }
    case .text(let text):
      try vector(text.utf8.count, alignment: 4, for: place)
      bytes += Array(text.utf8) + [0]
    case .bytes(let values):
      try vector(values.count, alignment: 16, for: place)
      bytes += values
    case .int32s(let values):
      try vector(values.count, alignment: 4, for: place)
      for value in values { append(value) }
    case .int64s(let values):
      try vector(values.count, alignment: 8, for: place)
      for value in values { append(value) }
    case .floats(let values):
      try vector(values.count, alignment: 4, for: place)
      for value in values { append(value.bitPattern) }
    }
  }

  /// The length of a vector, placed so that its elements are aligned.
  private mutating func vector(_ count: Int, alignment: Int, for place: Int) throws {
    pad(to: 4)
    pad(to: alignment, after: 4)
    try point(from: place)
    append(UInt32(count))
  }

  private mutating func write(_ table: FlatBufferTable, for place: Int) throws {
    let fields = table.fields.sorted { $0.key < $1.key }
    // Numbers and offsets of 4 bytes, then single bytes.
    var offsets: [Int: Int] = [:]
    var size = 4
    for (number, field) in fields {
      if case .byte = field { continue }
      offsets[number] = size
      size += 4
    }
    for (number, field) in fields {
      guard case .byte = field else { continue }
      offsets[number] = size
      size += 1
    }
    pad(to: 4)
    let start = bytes.count
    let count = (fields.last?.key ?? -1) + 1
    append(UInt16(4 + 2 * count))
    append(UInt16(size))
    for number in 0..<count { append(UInt16(offsets[number] ?? 0)) }
    pad(to: 4)
    try point(from: place)
    let base = bytes.count
    append(Int32(base - start))
    bytes.append(contentsOf: repeatElement(0, count: size - 4))
    for (number, field) in fields {
      let position = base + (offsets[number] ?? 0)
      switch field {
      case .byte(let value): bytes[position] = value
      case .int32(let value): put(UInt32(bitPattern: value), at: position)
      case .float(let value): put(value.bitPattern, at: position)
      case .object(let object): try write(object, for: position)
      }
    }
  }

  private mutating func put(_ value: UInt32, at position: Int) {
    for index in 0..<4 { bytes[position + index] = UInt8(truncatingIfNeeded: value >> (8 * UInt32(index))) }
  }
}
