internal import Foundation
internal import Graft

/// The file that a command is to write, checked before any work is done.
struct OutputPath {
  let path: String

  /// - Throws: `GraftError.writeFailed` if the folder is not there or cannot be written to, or the path is a folder.
  init(_ path: String) throws {
    self.path = path
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw GraftError(.writeFailed, "'\(path)' cannot be written: there is no folder '\(folder)'.")
    }
    if files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw GraftError(.writeFailed, "'\(path)' cannot be written: it is a folder. Name a file in it.")
    }
    guard files.isWritableFile(atPath: folder) else {
      throw GraftError(.writeFailed, "'\(path)' cannot be written: the folder '\(folder)' does not allow it.")
    }
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }
}
