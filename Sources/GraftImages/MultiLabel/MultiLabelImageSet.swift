public import GraftCore

/// Picture files with any number of labels each: label names in order, and files that point into them.
///
/// It comes from a table of tags (`TagTable`), or from class folders in which the same picture lies more than once
/// (`ImageFolder.multiLabelImages`).
public struct MultiLabelImageSet: Sendable, Hashable {
  /// The labels' names; a file's `labels` point into them.
  public let labelNames: [String]
  /// The files.
  public let files: [MultiLabelImageFile]

  /// Makes a set. Every file's labels must lie inside `labelNames`.
  public init(labelNames: [String], files: [MultiLabelImageFile]) {
    precondition(
      files.allSatisfy { $0.labels.allSatisfy(labelNames.indices.contains) },
      "A file's label lies outside the \(labelNames.count) label names.")
    self.labelNames = labelNames
    self.files = files
  }

  /// The number of files.
  public var count: Int { files.count }

  /// The number of files with each label, in the order of `labelNames`.
  public var labelCounts: [Int] {
    files.reduce(into: [Int](repeating: 0, count: labelNames.count)) { counts, file in
      for label in file.labels { counts[label] += 1 }
    }
  }

  /// The files with the given indices, in that order, under the same labels.
  public func subset(_ indices: some Sequence<Int>) -> MultiLabelImageSet {
    MultiLabelImageSet(labelNames: labelNames, files: indices.map { files[$0] })
  }

  /// One digest of all labels and contents; neither the files' names nor any order matters.
  public var digest: SHA256Digest {
    // A length before each name: no two sets of names give one line.
    let lines = files.map { file in
      let names = file.labels.map { labelNames[$0] }.sorted(by: scalarOrder)
      return "\(file.digest) \(names.map { "\($0.utf8.count):\($0)" }.joined(separator: " "))\n"
    }
    return SHA256Digest(of: Array(lines.sorted(by: scalarOrder).joined().utf8))
  }
}
