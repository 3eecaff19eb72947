internal import GraftCore
internal import Foundation

/// A name inside a folder, and what it leads to.
struct FolderEntry {
  enum Kind: Equatable {
    /// A folder, told apart by device and inode.
    case folder(Identity)
    /// Anything else; reading it will tell.
    case file
  }

  struct Identity: Hashable {
    let device: UInt64
    let inode: UInt64
  }

  let name: String
  let path: String
  let kind: Kind

  /// What a folder shows, in scalar order: dotfiles and what desktops leave behind are no part of it.
  static func entries(of path: String) throws(GraftError) -> [FolderEntry] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw GraftError(.unreadable, "The folder '\(path)' cannot be listed: \(error.localizedDescription)")
    }
    return names.filter { !isIgnored($0) }.sorted(by: scalarOrder).map { name in
      let full = path.hasSuffix("/") ? path + name : path + "/" + name
      return FolderEntry(name: name, path: full, kind: identity(of: full).map(Kind.folder) ?? .file)
    }
  }

  /// The identity of the folder at `path`, links followed; nil if there is none.
  static func identity(of path: String) -> Identity? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    return Identity(device: UInt64(truncatingIfNeeded: status.st_dev), inode: UInt64(status.st_ino))
  }

  private static func isIgnored(_ name: String) -> Bool {
    name.isEmpty || name.hasPrefix(".") || ["thumbs.db", "desktop.ini", "__macosx"].contains(name.lowercased())
  }
}
