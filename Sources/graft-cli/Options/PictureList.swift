internal import Foundation
internal import Graft

/// The pictures that a path names: a file, or all files below a folder, links followed.
enum PictureList {
  /// A path where nothing is stays in the list: it is reported beside the pictures that are there.
  ///
  /// - Throws: `GraftError.invalidData` if a folder holds no file, `.unreadable` if it cannot be listed.
  static func paths(at path: String) throws -> [String] {
    guard isFolder(path) else { return [path] }
    var seen: Set<String> = []
    let found = try files(in: path, &seen)
    guard !found.isEmpty else { throw GraftError(.invalidData, "The folder '\(path)' holds no pictures.") }
    return found
  }

  private static func files(in folder: String, _ seen: inout Set<String>) throws -> [String] {
    // A link may lead back to where one came from.
    guard seen.insert(URL(fileURLWithPath: folder).resolvingSymlinksInPath().path).inserted else { return [] }
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw GraftError(.unreadable, "The folder '\(folder)' cannot be listed: \(error.localizedDescription)")
    }
    let ignored: Set = ["Thumbs.db", "desktop.ini", "__MACOSX"]
    return try names.filter { !$0.hasPrefix(".") && !ignored.contains($0) }.sorted().flatMap { name in
      let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
      return isFolder(path) ? try files(in: path, &seen) : [path]
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
