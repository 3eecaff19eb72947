internal import GraftCore

/// A type of numbers in a file, and how it becomes 32-bit floats.
enum NumberType: Sendable, Hashable {
  case float16, bfloat16, float32, float64
  case int8, int16, int32, int64, uint8, uint16, uint32, uint64, bool

  var byteCount: Int {
    switch self {
    case .int8, .uint8, .bool: 1
    case .float16, .bfloat16, .int16, .uint16: 2
    case .float32, .int32, .uint32: 4
    case .float64, .int64, .uint64: 8
    }
  }

  /// Converts every element; `source` holds exactly as many as `target`.
  func convert(_ source: UnsafeRawBufferPointer, bigEndian: Bool, to target: UnsafeMutableBufferPointer<Float>) {
    func fill<Word: FixedWidthInteger>(_: Word.Type, _ number: (Word) -> Float) {
      for index in target.indices {
        let word = source.loadUnaligned(fromByteOffset: index * MemoryLayout<Word>.size, as: Word.self)
        target.initializeElement(at: index, to: number(bigEndian ? Word(bigEndian: word) : Word(littleEndian: word)))
      }
    }
    switch self {
    case .float16: fill(UInt16.self) { Float(halfBitPattern: $0) }
    case .bfloat16: fill(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
    case .float32: fill(UInt32.self) { Float(bitPattern: $0) }
    case .float64: fill(UInt64.self) { Float(Double(bitPattern: $0)) }
    case .int8: fill(Int8.self) { Float($0) }
    case .int16: fill(Int16.self) { Float($0) }
    case .int32: fill(Int32.self) { Float($0) }
    case .int64: fill(Int64.self) { Float($0) }
    case .uint8: fill(UInt8.self) { Float($0) }
    case .uint16: fill(UInt16.self) { Float($0) }
    case .uint32: fill(UInt32.self) { Float($0) }
    case .uint64: fill(UInt64.self) { Float($0) }
    case .bool: fill(UInt8.self) { $0 == 0 ? 0 : 1 }
    }
  }
}
