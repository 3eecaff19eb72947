internal import Foundation
internal import GraftCore

/// What the publisher of a file says that its bytes are, in lowercase hexadecimal digits.
public enum WeightDigest: Sendable, Hashable, CustomStringConvertible {
  /// A SHA-256: 64 digits.
  case sha256(String)
  /// The first digits of a SHA-256, as torch's publishers put them into the names of files: at least 8.
  case sha256Start(String)
  /// An MD5: 32 digits. It finds damage, not deceit.
  case md5(String)

  /// Recognises the kind by the length, as Keras does.
  init(_ digits: String) { self = digits.count == 64 ? .sha256(digits) : .md5(digits) }

  /// `SHA-256 012…` or `MD5 012…`.
  public var description: String {
    switch self {
    case .sha256(let digits): "SHA-256 \(digits)"
    case .sha256Start(let digits): "SHA-256 \(digits)…"
    case .md5(let digits): "MD5 \(digits)"
    }
  }

  /// The digits alone.
  var digits: String {
    switch self {
    case .sha256(let digits), .sha256Start(let digits), .md5(let digits): digits
    }
  }

  /// The digest of the same kind that data really have.
  func received(_ data: Data) -> WeightDigest {
    switch self {
    case .sha256: .sha256(SHA256Digest(of: data).description)
    case .sha256Start(let digits): .sha256Start(String(SHA256Digest(of: data).description.prefix(digits.count)))
    case .md5: .md5(MD5Digest(of: data).description)
    }
  }
}
