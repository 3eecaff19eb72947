/// A file of weights that somebody published.
public struct WeightEntry: Sendable, Hashable {
  /// The file's name, in the cache as at its source.
  public let fileName: String
  /// Where the file can be had.
  public let url: String
  /// What its publisher says the file's digest is. Without one the digest of the first download is kept and checked.
  public let digest: WeightDigest?
  /// The weights' licence.
  public let licence: String

  /// Describes a file.
  public init(fileName: String, url: String, digest: WeightDigest?, licence: String) {
    self.fileName = fileName
    self.url = url
    self.digest = digest
    self.licence = licence
  }
}
