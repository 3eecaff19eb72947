internal import GraftCore

/// Where an archive's bytes are.
enum ZipSource: ~Copyable {
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
}
