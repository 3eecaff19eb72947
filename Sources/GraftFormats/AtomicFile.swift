internal import Foundation
internal import GraftCore

/// A file that appears whole or not at all.
///
/// What is written goes to a temporary file in the same folder; `commit` syncs it to the disk, puts it in the place of
/// the old file in one step, and syncs the folder. On any failure, and if it goes out of scope without `commit`, the
/// temporary is removed and the old file is untouched. An existing file's permissions are kept, a new file gets the usual
/// ones (umask); a symbolic link is followed, not replaced.
///
/// ```swift
/// let file = try AtomicFile(replacing: "report.csv")
/// for line in lines { try file.write(line + "\n") }
/// try file.commit()
/// ```
public final class AtomicFile {
  /// The path to be replaced.
  public let path: String
  private let target: String
  private let temporary: String
  // Negative once the file is committed or given up.
  private var descriptor: CInt

  /// Starts a file; throws `.writeFailed` if its folder cannot be written to, or something else than a file is there.
  public init(replacing path: String) throws {
    self.path = path
    target = Self.followingLinks(path)
    let name = target.split(separator: "/").last.map(String.init) ?? ""
    guard !name.isEmpty, !path.hasSuffix("/") else {
      throw GraftError(.writeFailed, "Cannot write '\(path)': expected the path of a file, received a folder.")
    }
    let mode = try Self.modeOfExistingFile(target, path)
    temporary = Self.temporary(beside: target)
    descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw Self.failure(path, errno) }
    if let mode, fchmod(descriptor, mode) != 0 { throw giveUp(errno) }
  }

  deinit { _ = discard() }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws {
    try checkOpen()
    var done = 0
    while done < bytes.count {
      let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw giveUp(count == 0 ? ENOSPC : errno) }
      done += count
    }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write($0) }
  }

  /// Appends text in UTF-8.
  public func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// Syncs the file and puts it in its place. Nothing can be written after it.
  public func commit() throws {
    try checkOpen()
    guard fsync(descriptor) == 0 else { throw giveUp(errno) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporary, target) == 0 else {
      let reason = errno
      unlink(temporary)
      throw Self.failure(path, reason)
    }
    try Self.syncFolder(of: target, path)
  }

  /// Syncs the file and lets `check` read it, by the path of the temporary, before it takes its place. If `check` throws,
  /// the old file stays.
  package func commit(after check: (_ temporary: String) async throws -> Void) async throws {
    try checkOpen()
    guard fsync(descriptor) == 0 else { throw giveUp(errno) }
    do {
      try await check(temporary)
    } catch {
      cancel()
      throw error
    }
    try commit()
  }

  /// Gives the file up: the temporary is removed, the old file stays.
  public func cancel() { _ = discard() }

  /// Writes a whole file of the given bytes.
  public static func write(_ bytes: [UInt8], to path: String) throws {
    let file = try AtomicFile(replacing: path)
    try file.write(bytes)
    try file.commit()
  }

  /// Writes a whole file of the given text in UTF-8.
  public static func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

  private func checkOpen() throws {
    guard descriptor >= 0 else {
      throw GraftError(.writeFailed, "Cannot write '\(path)': the file is already committed, or was given up.")
    }
  }

  private func discard() -> Bool {
    guard descriptor >= 0 else { return false }
    close(descriptor)
    descriptor = -1
    return unlink(temporary) == 0
  }

  private func giveUp(_ reason: CInt) -> GraftError {
    _ = discard()
    return Self.failure(path, reason)
  }

  static func failure(_ path: String, _ reason: CInt) -> GraftError {
    let advice =
      switch reason {
      case ENOSPC, EDQUOT: "; free some space, or write to another disk"
      case ENOENT: "; make its folder first"
      default: ""
      }
    return GraftError(.writeFailed, "Cannot write '\(path)': \(String(cString: strerror(reason)))\(advice).")
  }
}
