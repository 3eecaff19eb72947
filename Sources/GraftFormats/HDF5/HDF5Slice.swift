internal import GraftCore

/// Bytes that are taken from the front, little-endian.
struct HDF5Slice {
  private(set) var bytes: ArraySlice<UInt8>

  init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  /// Takes the next bytes; throws `.corrupt` if there are fewer.
  mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
    guard count >= 0, count <= bytes.count else {
      throw GraftError(.corrupt, "Expected \(count) more bytes, received \(bytes.count).")
    }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  /// Takes a whole number of up to eight bytes.
  mutating func number(_ size: Int) throws -> Int {
    Int(clamping: try take(size).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
