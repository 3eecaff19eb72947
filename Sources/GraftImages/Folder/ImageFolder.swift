internal import GraftCore

/// A folder of class folders: `photos/cats/1.jpg` is of class `cats`.
///
/// Classes are the top folders, sorted by plain Unicode scalar order; files in deeper folders belong to their top folder.
/// Names that begin with a dot, `Thumbs.db`, `desktop.ini` and `__MACOSX` are ignored. Every other file counts, whatever
/// its extension: one that is no picture is reported as bad when it is decoded, so nothing is skipped in silence.
/// Symbolic links are followed. Every file is read once, for its digest, on all cores; no file is ever changed.
///
/// ```swift
/// let photos = try ImageFolder("photos")
/// let (train, validation) = try photos.images.split(validation: 0.2, seed: 42)
/// ```
public struct ImageFolder: Sendable {
  /// The folder's path.
  public let path: String
  /// The classes and the files that could be read.
  public let images: ImageSet
  /// Files that could not be read, or are larger than the limit.
  public let badFiles: [BadFile]
  /// Names of files beside the class folders; they belong to no class and are not used.
  public let strayFiles: [String]

  /// Reads a folder.
  ///
  /// - Throws: `GraftError`: `.fileNotFound` (no such folder), `.invalidData` (fewer than two classes, an empty class, a
  ///   class none of whose files can be read), `.unreadable` (a folder that cannot be listed).
  public init(_ path: String, limits: ImageLimits = ImageLimits()) throws {
    let scan = try FolderScan(path)
    guard scan.classNames.count >= 2 else {
      let found = scan.classNames.first.map { "one class, '\($0)'" } ?? "no class folders"
      let stray = scan.strayFiles.isEmpty ? "" : " and \(scan.strayFiles.count) files beside them"
      throw GraftError(
        .invalidData,
        "'\(path)' must hold at least two class folders with pictures in them, such as '\(path)/cats' and "
          + "'\(path)/dogs'. Found: \(found)\(stray).")
    }
    try self.init(path, scan, classNames: scan.classNames, limits)
  }

  /// Reads a folder whose classes must be those of another one, as for validation and test pictures.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - classNames: The other folder's classes; their order gives the files' class indices.
  ///   - limits: Larger files are not read.
  /// - Throws: As `init(_:limits:)`, and `.invalidData` with both lists if the classes differ.
  public init(_ path: String, classNames: [String], limits: ImageLimits = ImageLimits()) throws {
    let scan = try FolderScan(path)
    guard classNames.sorted(by: scalarOrder).elementsEqual(scan.classNames) else {
      throw GraftError(
        .invalidData,
        "The classes of '\(path)' must be those of the training folder. "
          + "Expected: \(classNames.joined(separator: ", ")). Received: \(scan.classNames.joined(separator: ", ")).")
    }
    try self.init(path, scan, classNames: classNames, limits)
  }

  private init(_ path: String, _ scan: FolderScan, classNames: [String], _ limits: ImageLimits) throws(GraftError) {
    let indices = Dictionary(uniqueKeysWithValues: zip(classNames, classNames.indices))
    var files: [ImageFile] = []
    var badFiles: [BadFile] = []
    for (file, outcome) in zip(scan.files, FileDigests.digests(of: scan.files.map(\.path), limits)) {
      switch outcome {
      case .success(let digest):
        guard let index = indices[file.className] else { continue }
        files.append(
          ImageFile(
            path: file.path, relativePath: file.relativePath, classIndex: index, className: file.className,
            digest: digest))
      case .failure(let fault): badFiles.append(BadFile(path: file.path, reason: fault.reason))
      }
    }
    self.path = path
    images = ImageSet(classNames: classNames, files: files)
    self.badFiles = badFiles
    strayFiles = scan.strayFiles
    if let empty = images.classCounts.firstIndex(of: 0) {
      let reason = badFiles.first.map { " The first of all: \($0)." } ?? ""
      throw GraftError(.invalidData, "No file of the class '\(classNames[empty])' in '\(path)' can be read.\(reason)")
    }
  }
}
