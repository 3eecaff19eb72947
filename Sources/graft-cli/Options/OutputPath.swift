internal import Foundation
internal import Graft

/// The file that a command is to write, checked before any work is done.
struct OutputPath {
  let path: String

  /// - Throws: `GraftError.writeFailed` if the folder is not there or cannot be written to, or the path names no file.
  init(_ path: String) throws {
    self.path = path
    guard !path.isEmpty else { throw GraftError(.writeFailed, "The path of the output is empty. Name a file.") }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    var isFolder: ObjCBool = false
    let files = FileManager.default
    guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
      throw GraftError(.writeFailed, "'\(path)' cannot be written: there is no folder '\(folder)'.")
    }
    if files.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      throw GraftError(.writeFailed, "'\(path)' cannot be written: it is a folder. Name a file in it.")
    }
    if let kind = (try? files.attributesOfItem(atPath: path))?[.type] as? FileAttributeType,
      kind != .typeRegular, kind != .typeSymbolicLink
    {
      throw GraftError(.writeFailed, "'\(path)' cannot be written: it is no ordinary file.")
    }
    if files.fileExists(atPath: path), !files.isWritableFile(atPath: path) {
      throw GraftError(.writeFailed, "'\(path)' cannot be written: it is there, and protected against writing.")
    }
    // The temporary that writing begins with, and nothing more: whatever else is wrong with the path shows now.
    try AtomicFile(replacing: path).cancel()
  }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }
}
