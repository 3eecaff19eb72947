internal import Foundation
internal import GraftCore

/// A log that grows: every piece is in the file when `append` returns.
///
/// The file is opened anew for every piece, so that a callback is a plain value.
struct AppendedFile: Sendable, Hashable {
  let path: String

  /// Makes an empty file, with its folders. What was there is gone.
  func create() throws {
    try makeFolder()
    try close(opened(O_WRONLY | O_CREAT | O_TRUNC))
  }

  /// Makes an empty file if there is none of that name.
  ///
  /// - Returns: Whether there was none.
  func createIfMissing() throws -> Bool {
    try makeFolder()
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    if descriptor < 0, errno == EEXIST { return false }
    guard descriptor >= 0 else { throw failure(errno) }
    try close(descriptor)
    return true
  }

  /// Adds bytes at the end; the file is made if it is not there.
  func append(_ bytes: [UInt8]) throws {
    let descriptor = try opened(O_WRONLY | O_CREAT | O_APPEND)
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress?.advanced(by: done), bytes.count - done) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let reason = count == 0 ? ENOSPC : errno
        Foundation.close(descriptor)
        throw failure(reason)
      }
      done += count
    }
    try close(descriptor)
  }

  /// The bytes in the file; nil if there is none.
  var count: Int? {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Cuts everything behind the first bytes off.
  func truncate(to count: Int) throws {
    guard Foundation.truncate(path, off_t(count)) == 0 else { throw failure(errno) }
  }

  private func makeFolder() throws {
    let folder = URL(filePath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw GraftError(
        .writeFailed, "The folder of '\(path)' cannot be made: \(error.localizedDescription).")
    }
  }

  private func opened(_ flags: Int32) throws -> Int32 {
    let descriptor = open(path, flags | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(errno) }
    return descriptor
  }

  private func close(_ descriptor: Int32) throws {
    guard Foundation.close(descriptor) == 0 else { throw failure(errno) }
  }

  private func failure(_ reason: Int32) -> GraftError {
    GraftError(.writeFailed, "Cannot write '\(path)': \(String(cString: strerror(reason))).")
  }
}
