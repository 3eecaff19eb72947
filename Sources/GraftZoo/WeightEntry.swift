/// A file of weights that somebody published.
public struct WeightEntry: Sendable, Hashable {
  /// The file's name, in the cache as at its source.
  public let fileName: String
  /// Where the file can be had.
  public let url: String
  /// The file's SHA-256, if its publisher states it. Otherwise the digest of the first download is kept and checked.
  public let sha256: String?
  /// The weights' licence.
  public let licence: String

  /// Describes a file.
  public init(fileName: String, url: String, sha256: String?, licence: String) {
    self.fileName = fileName
    self.url = url
    self.sha256 = sha256
    self.licence = licence
  }
}
