package import GraftCore

/// What turns pictures into features: a frozen network with its weights, and how pictures are brought to it.
package struct FeatureRegion: Sendable, Hashable {
  /// A digest of everything that decides the features of a picture.
  package let fingerprint: SHA256Digest
  /// What people call it.
  package let name: String
  /// The number of features of a picture; 0 where only its being readable is of interest.
  package let length: Int

  /// Describes a region.
  package init(fingerprint: SHA256Digest, name: String, length: Int) {
    self.fingerprint = fingerprint
    self.name = name
    self.length = length
  }
}
