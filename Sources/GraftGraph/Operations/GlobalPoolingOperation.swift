/// One number per channel from a whole picture.
package struct GlobalPoolingOperation: Sendable, Hashable {
  /// How pixels become one number.
  package enum Kind: String, Sendable, Hashable {
    /// Their mean.
    case average
    /// Their largest.
    case max
  }

  /// How pixels become one number.
  package var kind: Kind
  /// Whether the result keeps height and width, of length 1.
  package var keepsDimensions: Bool

  /// Makes a global pooling.
  package init(_ kind: Kind, keepsDimensions: Bool = false) {
    self.kind = kind
    self.keepsDimensions = keepsDimensions
  }
}
