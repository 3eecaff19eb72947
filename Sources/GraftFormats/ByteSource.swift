internal import GraftCore

/// Bytes that a reader takes where it wants: in a file, or in memory.
enum ByteSource: ~Copyable, Sendable {
  case file(InputFile)
  case memory([UInt8])

  var byteCount: Int {
    switch self {
    case .file(let input): input.byteCount
    case .memory(let bytes): bytes.count
    }
  }

  /// `count` bytes from the given offset, which the caller has checked against `byteCount`.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    switch self {
    case .file(let input): try input.bytes(at: offset, count: count)
    case .memory(let bytes): Array(bytes[offset..<(offset + count)])
    }
  }

  /// Fills `buffer` from the given offset; the caller has checked its length against `byteCount`.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    switch self {
    case .file(let input): try input.read(into: buffer, at: offset)
    case .memory(let bytes): buffer.copyBytes(from: bytes[offset..<(offset + buffer.count)])
    }
  }
}
