internal import Crypto
public import Foundation

/// The SHA-256 of some bytes: how Graft tells pictures, weights and files apart.
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
  /// The 32 bytes.
  package let bytes: [UInt8]

  /// Computes the digest of bytes in memory.
  public init<Bytes: DataProtocol>(of data: Bytes) {
    bytes = Array(SHA256.hash(data: data))
  }

  /// Computes the digest of raw memory.
  public init(of buffer: UnsafeRawBufferPointer) {
    var hasher = SHA256()
    hasher.update(bufferPointer: buffer)
    bytes = Array(hasher.finalize())
  }

  /// Computes the digest of pieces, one after the other as if they were one.
  ///
  /// - Parameter feed: Hands over each piece by calling what it is given.
  package init(feed: (_ update: (UnsafeRawBufferPointer) -> Void) throws -> Void) rethrows {
    var hasher = SHA256()
    try feed { hasher.update(bufferPointer: $0) }
    bytes = Array(hasher.finalize())
  }

  /// 64 lowercase hexadecimal digits.
  public var description: String { bytes.hexadecimal }
}
