internal import Foundation
internal import GraftCore

/// A CSV file that says which labels pictures have.
///
/// The first line names the columns, the first of which must be `path`. Then either
///
///     path,tags                    or    path,beach,sunset
///     a/1.jpg,beach|sunset               a/1.jpg,1,1
///     a/2.jpg,                           a/2.jpg,0,0
///
/// tags in one column `tags`, parted by `|`, or one column per tag with 0 or 1. Paths are relative to the table's folder,
/// or to another one that is given, or absolute. A picture may have no tag. Tags in one column are sorted by plain Unicode
/// scalar order; columns keep their order. Every picture is read once, for its digest, on all cores.
///
/// ```swift
/// let photos = try TagTable("photos/tags.csv")
/// let (train, validation) = try photos.images.split(validation: 0.2, seed: 42)
/// ```
public struct TagTable: Sendable {
  /// The table's path.
  public let path: String
  /// The labels and the pictures that could be read, in the order of the table.
  public let images: MultiLabelImageSet
  /// Pictures that could not be read, or are larger than the limit.
  public let badFiles: [BadFile]

  /// Reads a table and the pictures in it.
  ///
  /// - Parameters:
  ///   - path: The table.
  ///   - folder: Where relative paths begin; the table's own folder if nil.
  ///   - labelNames: The labels of a model, for test pictures: no others may occur, and their order is this one. If nil,
  ///     the table's own.
  ///   - limits: Larger files are not read.
  /// - Throws: `GraftError`: `.fileNotFound`, `.unreadable`; `.invalidData` naming the line for anything that is not as
  ///   described, and for a table without pictures, without tags, or without a picture that can be read.
  public init(
    _ path: String, folder: String? = nil, labelNames: [String]? = nil, limits: ImageLimits = ImageLimits()
  ) throws {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      let isThere = FileManager.default.fileExists(atPath: path)
      throw GraftError(
        isThere ? .unreadable : .fileNotFound,
        isThere ? "The table '\(path)' cannot be read." : "There is no table '\(path)'.")
    }
    let rows = try TagRows(Array(bytes), name: path, labelNames: labelNames)
    let root = folder ?? URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let paths = rows.pictures.map { picture in
      picture.path.hasPrefix("/") ? picture.path : root + (root.hasSuffix("/") ? "" : "/") + picture.path
    }
    var files: [MultiLabelImageFile] = []
    var badFiles: [BadFile] = []
    for (index, outcome) in FileDigests.digests(of: paths, limits).enumerated() {
      switch outcome {
      case .success(let digest):
        files.append(
          MultiLabelImageFile(
            path: paths[index], relativePath: rows.pictures[index].path, labels: rows.pictures[index].labels,
            digest: digest))
      case .failure(let fault): badFiles.append(BadFile(path: paths[index], reason: fault.reason))
      }
    }
    guard !files.isEmpty else {
      let reason = badFiles.first.map { " The first: \($0)." } ?? ""
      throw GraftError(.invalidData, "Not one picture of the table '\(path)' can be read.\(reason)")
    }
    self.path = path
    images = MultiLabelImageSet(labelNames: rows.labelNames, files: files)
    self.badFiles = badFiles
  }
}
