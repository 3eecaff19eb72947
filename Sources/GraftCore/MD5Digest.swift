internal import Crypto
public import Foundation

/// The MD5 of some bytes: it tells a damaged download, and protects from nobody who wants to deceive. Keras publishes no other
/// digest of most of its weights.
public struct MD5Digest: Sendable, Hashable, CustomStringConvertible {
  private let bytes: [UInt8]

  /// Computes the digest of bytes in memory.
  public init<Bytes: DataProtocol>(of data: Bytes) {
    bytes = Array(Insecure.MD5.hash(data: data))
  }

  /// 32 lowercase hexadecimal digits.
  public var description: String { bytes.hexadecimal }
}
