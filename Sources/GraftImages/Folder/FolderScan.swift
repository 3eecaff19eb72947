internal import GraftCore

/// What a folder of class folders holds, before any file is opened.
struct FolderScan {
  struct File {
    let path: String
    let relativePath: String
    let className: String
  }

  private(set) var classNames: [String] = []
  private(set) var files: [File] = []
  /// Files that lie beside the class folders.
  private(set) var strayFiles: [String] = []

  init(_ path: String) throws(GraftError) {
    guard let root = FolderEntry.identity(of: path) else {
      throw GraftError(
        .fileNotFound, "There is no folder '\(path)'. Expected a folder that holds one folder per class.")
    }
    for entry in try FolderEntry.entries(of: path) {
      guard case .folder(let identity) = entry.kind else {
        strayFiles.append(entry.name)
        continue
      }
      // Two ways to write the same letters, which no file system and no reader of a report should have to tell apart.
      guard !classNames.contains(entry.name) else {
        throw GraftError(
          .invalidData, "Two class folders in '\(path)' have the same name, '\(entry.name)', in Unicode.")
      }
      classNames.append(entry.name)
      // Every folder is entered once per class, so links that lead back, or to each other, come to an end.
      var visited: Set = [root, identity]
      let before = files.count
      try collect(entry, entry.name, className: entry.name, &visited)
      if files.count == before {
        throw GraftError(
          .invalidData, "The class '\(entry.name)' in '\(path)' is empty. Put pictures in it, or remove the folder.")
      }
    }
  }

  private mutating func collect(
    _ folder: FolderEntry, _ relativePath: String, className: String, _ visited: inout Set<FolderEntry.Identity>
  ) throws(GraftError) {
    for entry in try FolderEntry.entries(of: folder.path) {
      let relative = relativePath + "/" + entry.name
      switch entry.kind {
      case .file: files.append(File(path: entry.path, relativePath: relative, className: className))
      case .folder(let identity):
        if visited.insert(identity).inserted { try collect(entry, relative, className: className, &visited) }
      }
    }
  }
}
