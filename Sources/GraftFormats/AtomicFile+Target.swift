internal import Foundation
internal import GraftCore

extension AtomicFile {
  /// The file that a path means: a symbolic link's target, for the link itself must survive.
  static func followingLinks(_ path: String) -> String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// A path beside a target that nothing else has.
  ///
  /// Names may have 255 bytes; it must not be longer because the target's own is long.
  static func temporary(beside target: String) -> String {
    let name = target.split(separator: "/").last.map(String.init) ?? ""
    let random = String(UInt64.random(in: .min ... .max), radix: 36)
    return "\(folder(of: target))/.\(String(decoding: name.utf8.prefix(200), as: UTF8.self)).\(getpid())-\(random).tmp"
  }

  /// The permissions of what is there; nil if nothing is.
  static func modeOfExistingFile(_ target: String, _ path: String) throws -> mode_t? {
    var status = stat()
    guard stat(target, &status) == 0 else {
      if errno == ENOENT { return nil }
      throw failure(path, errno)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "something else than a file"
      throw GraftError(.writeFailed, "Cannot write '\(path)': \(kind) is there.")
    }
    // Renaming would replace even a file that its owner has protected.
    guard access(target, W_OK) == 0 else { throw failure(path, errno) }
    return status.st_mode & 0o7777
  }

  /// Makes a rename last through a power failure.
  static func syncFolder(of target: String, _ path: String) throws {
    let descriptor = open(folder(of: target), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, errno) }
    defer { close(descriptor) }
    // Some file systems cannot sync a folder and say so; there is no more to be had from them.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(path, errno) }
  }
}
