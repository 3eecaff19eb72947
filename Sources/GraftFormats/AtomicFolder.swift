internal import Foundation
internal import GraftCore

/// A folder that appears whole or not at all.
///
/// It is made beside its place and moved there by `commit`. On any failure, and if it goes out of scope without `commit`, it is
/// removed, and what stood there is untouched. A folder that is there is replaced only if it is of the same kind: if it holds the
/// marker, a file that folders of this kind have.
package final class AtomicFolder {
  /// The path to be replaced.
  package let path: String
  private let target: String
  private let temporary: String
  private var isOpen = true

  /// Starts a folder.
  ///
  /// - Parameter marker: The file by which a folder of this kind is known.
  /// - Throws: `GraftError.writeFailed` if its parent cannot be written to, or something else is there.
  package init(replacing path: String, marker: String) throws {
    self.path = path
    var target = path
    while target.count > 1, target.hasSuffix("/") { target.removeLast() }
    let name = target.split(separator: "/").last.map(String.init) ?? ""
    guard !name.isEmpty, name != ".", name != ".." else {
      throw GraftError(.writeFailed, "Cannot write '\(path)': expected the path of a new folder.")
    }
    // A link to a folder stays, and the folder is replaced.
    target = AtomicFile.followingLinks(target)
    self.target = target
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: target, isDirectory: &isFolder) {
      guard isFolder.boolValue else { throw GraftError(.writeFailed, "Cannot write '\(path)': a file is there.") }
      let isEmpty = (try? FileManager.default.contentsOfDirectory(atPath: target).isEmpty) ?? false
      guard isEmpty || FileManager.default.fileExists(atPath: target + "/" + marker) else {
        throw GraftError(
          .writeFailed,
          "Cannot write '\(path)': a folder is there that is none of this kind (it has no \(marker)). Choose another name."
        )
      }
    }
    temporary = AtomicFile.temporary(beside: target)
    guard mkdir(temporary, 0o777) == 0 else { throw AtomicFile.failure(path, errno) }
  }

  deinit { cancel() }

  /// Makes a folder inside.
  package func makeFolder(_ name: String) throws {
    guard mkdir(temporary + "/" + name, 0o777) == 0 else { throw AtomicFile.failure(path, errno) }
  }

  /// Writes a file inside.
  package func write(_ bytes: [UInt8], to name: String) throws {
    do {
      try AtomicFile.write(bytes, to: temporary + "/" + name)
    } catch let error as GraftError {
      throw GraftError(error.code, error.message.replacing(temporary, with: path))
    }
  }

  /// Puts the folder in its place. Nothing can be written after it.
  package func commit() throws {
    guard isOpen else {
      throw GraftError(.writeFailed, "Cannot write '\(path)': the folder is already committed, or was given up.")
    }
    let old = temporary + ".old"
    let hadOld = rename(target, old) == 0
    guard hadOld || errno == ENOENT, rename(temporary, target) == 0 else {
      let reason = errno
      if hadOld { rename(old, target) }
      cancel()
      throw AtomicFile.failure(path, reason)
    }
    isOpen = false
    if hadOld { try? FileManager.default.removeItem(atPath: old) }
    try AtomicFile.syncFolder(of: target, path)
  }

  /// Lets `check` read the folder, by the path of the temporary, before it takes its place. If `check` throws, what stood there
  /// stays.
  package func commit(after check: (_ temporary: String) async throws -> Void) async throws {
    do {
      try await check(temporary)
    } catch {
      cancel()
      throw error
    }
    try commit()
  }

  /// Gives the folder up.
  package func cancel() {
    guard isOpen else { return }
    isOpen = false
    try? FileManager.default.removeItem(atPath: temporary)
  }
}
