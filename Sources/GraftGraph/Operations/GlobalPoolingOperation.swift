/// One number per channel from a whole picture.
public struct GlobalPoolingOperation: Sendable, Hashable {
  /// How pixels become one number.
  public enum Kind: String, Sendable, Hashable {
    /// Their mean.
    case average
    /// Their largest.
    case max
  }

  /// How pixels become one number.
  public var kind: Kind
  /// Whether the result keeps height and width, of length 1.
  public var keepsDimensions: Bool

  /// Makes a global pooling.
  public init(_ kind: Kind, keepsDimensions: Bool = false) {
    self.kind = kind
    self.keepsDimensions = keepsDimensions
  }
}
