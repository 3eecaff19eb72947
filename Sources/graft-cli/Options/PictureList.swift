internal import Foundation
internal import Graft

/// The pictures that a path names: a file, or all files below a folder.
enum PictureList {
  /// - Throws: `GraftError.fileNotFound` if nothing is there, `.invalidData` if a folder holds no file.
  static func paths(at path: String) throws -> [String] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw GraftError(.fileNotFound, "There is no file or folder '\(path)'.")
    }
    guard isFolder.boolValue else { return [path] }
    guard let walk = FileManager.default.enumerator(atPath: path) else {
      throw GraftError(.unreadable, "The folder '\(path)' cannot be listed.")
    }
    var found: [String] = []
    for case let name as String in walk {
      let parts = name.split(separator: "/")
      guard !parts.contains(where: { $0.hasPrefix(".") }) else { continue }
      let full = path.hasSuffix("/") ? path + name : path + "/" + name
      var isNested: ObjCBool = false
      if FileManager.default.fileExists(atPath: full, isDirectory: &isNested), !isNested.boolValue {
        found.append(full)
      }
    }
    guard !found.isEmpty else { throw GraftError(.invalidData, "The folder '\(path)' holds no pictures.") }
    return found.sorted()
  }
}
