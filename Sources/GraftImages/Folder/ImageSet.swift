public import GraftCore

/// Labelled picture files: class names in order, and files that point into them.
public struct ImageSet: Sendable, Hashable {
  /// The classes' names; a file's `classIndex` points into them.
  public let classNames: [String]
  /// The files.
  public let files: [ImageFile]

  /// Makes a set. Every file's `classIndex` must lie inside `classNames`.
  public init(classNames: [String], files: [ImageFile]) {
    precondition(
      files.allSatisfy { classNames.indices.contains($0.classIndex) },
      "A file's class lies outside the \(classNames.count) class names.")
    self.classNames = classNames
    self.files = files
  }

  /// The number of files.
  public var count: Int { files.count }

  /// The number of files of each class, in the order of `classNames`.
  public var classCounts: [Int] {
    files.reduce(into: [Int](repeating: 0, count: classNames.count)) { $0[$1.classIndex] += 1 }
  }

  /// The files with the given indices, in that order, under the same classes.
  public func subset(_ indices: some Sequence<Int>) -> ImageSet {
    ImageSet(classNames: classNames, files: indices.map { files[$0] })
  }

  /// One digest of all labels and contents; neither the files' names nor their order matter.
  public var digest: SHA256Digest {
    let lines = files.map { "\($0.digest) \($0.className)\n" }
    return SHA256Digest(of: Array(lines.sorted(by: scalarOrder).joined().utf8))
  }
}
