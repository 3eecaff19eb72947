public import GraftCore

/// One picture file with any number of labels.
public struct MultiLabelImageFile: Sendable, Hashable {
  /// The path to open.
  public let path: String
  /// The path below the data folder, or as the table of tags has it.
  public let relativePath: String
  /// The indices of its labels in `MultiLabelImageSet.labelNames`, rising; empty if it has none.
  public let labels: [Int]
  /// The SHA-256 of the file's bytes.
  public let digest: SHA256Digest

  /// Describes a file.
  public init(path: String, relativePath: String, labels: some Sequence<Int>, digest: SHA256Digest) {
    self.path = path
    self.relativePath = relativePath
    self.labels = Set(labels).sorted()
    self.digest = digest
  }
}
