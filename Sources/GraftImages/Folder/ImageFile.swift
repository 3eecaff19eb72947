public import GraftCore

/// One file of a folder of class folders: where it is, which class it shows, and what it contains.
public struct ImageFile: Sendable, Hashable {
  /// The path to open.
  public let path: String
  /// The path below the data folder, such as `cats/siamese/12.jpg`.
  public let relativePath: String
  /// The index of its class in `ImageSet.classNames`.
  public let classIndex: Int
  /// The name of its class.
  public let className: String
  /// The SHA-256 of the file's bytes.
  public let digest: SHA256Digest

  /// Describes a file.
  public init(path: String, relativePath: String, classIndex: Int, className: String, digest: SHA256Digest) {
    self.path = path
    self.relativePath = relativePath
    self.classIndex = classIndex
    self.className = className
    self.digest = digest
  }
}
