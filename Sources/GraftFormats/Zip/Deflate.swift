internal import CZlib
internal import GraftCore

/// Decompression of deflate streams (RFC 1951), by zlib.
enum Deflate {
  /// More than this many bytes for one cannot come out of a stream: the longest copy, 258 bytes, takes two bits.
  static let densest = 1032

  /// The bytes of a stream that claims to hold `count` of them; nil if it does not hold exactly these.
  ///
  /// Memory is taken only for a claim that can be true.
  static func inflate(_ stream: [UInt8], count: Int) -> [UInt8]? { inflate(stream, count: count, isWrapped: false) }

  /// The same of a stream with zlib's header and checksum (RFC 1950).
  static func unwrapped(_ stream: [UInt8], count: Int) -> [UInt8]? { inflate(stream, count: count, isWrapped: true) }

  private static func inflate(_ stream: [UInt8], count: Int, isWrapped: Bool) -> [UInt8]? {
    guard count >= 0, count / densest <= stream.count else { return nil }
    var isWhole = false
    let result = [UInt8](unsafeUninitializedCapacity: max(count, 1)) { target, initialized in
      isWhole = graft_inflate(stream, stream.count, target.baseAddress, count, isWrapped ? 1 : 0) == 0
      initialized = isWhole ? count : 0
    }
    return isWhole ? result : nil
  }
}
