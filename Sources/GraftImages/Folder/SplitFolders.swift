/// The folders of a data set that somebody has split already.
public struct SplitFolders: Sendable, Hashable {
  /// The folder of training pictures.
  public let train: String
  /// The folder of validation pictures, if there is one.
  public let validation: String?
  /// The folder of test pictures, if there is one.
  public let test: String?
}

extension ImageFolder {
  /// Recognises a folder that holds `train` and `validation` (or `val`, `valid`) and perhaps `test`, each with class
  /// folders, instead of holding class folders itself. Capitals do not matter.
  ///
  /// `train` with `test` alone counts too: read as two classes it would teach a model to tell training from testing.
  /// Any other folder beside them, or a `train` without folders inside, means that these are classes after all.
  ///
  /// - Returns: The paths; nil if the folder is not split.
  /// - Throws: `GraftError.unreadable` if a folder cannot be listed.
  public static func detectSplits(_ path: String) throws -> SplitFolders? {
    guard FolderEntry.identity(of: path) != nil else { return nil }
    var found: [String: String] = [:]
    for entry in try FolderEntry.entries(of: path) where entry.kind != .file {
      let role =
        switch entry.name.lowercased() {
        case "train": "train"
        case "validation", "val", "valid": "validation"
        case "test": "test"
        default: ""
        }
      guard !role.isEmpty, found.updateValue(entry.path, forKey: role) == nil else { return nil }
    }
    guard let train = found["train"], found.count > 1,
      try FolderEntry.entries(of: train).contains(where: { $0.kind != .file })
    else { return nil }
    return SplitFolders(train: train, validation: found["validation"], test: found["test"])
  }
}
