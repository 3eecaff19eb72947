package import GraftCore

/// Which picture, and which variant of it.
package struct FeatureKey: Sendable, Hashable {
  /// The SHA-256 of the picture's bytes.
  package let picture: SHA256Digest
  /// The number of the view; 0 for the picture as it is.
  package let view: Int
  /// What the view's random numbers and operations follow from; nil for the picture as it is.
  package let variant: SHA256Digest?

  /// Names a picture as it is, or a numbered view of it: nothing else that is random can be kept.
  package init(_ picture: SHA256Digest, view: Int = 0, variant: SHA256Digest? = nil) {
    self.picture = picture
    self.view = view
    self.variant = variant
  }
}
