internal import Foundation
internal import GraftCore

/// One process at a time makes or replaces a store's file. The system lets the lock go when the process ends.
enum StoreLock {
  /// Works while no other process does; others hold the lock for moments.
  ///
  /// - Throws: `GraftError.writeFailed` if it cannot be had in ten seconds, or the folder cannot be written to.
  static func holding<Result>(_ folder: String, _ body: () throws -> Result) throws -> Result {
    let path = folder + "/lock"
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw GraftError(.writeFailed, "'\(path)' cannot be opened: \(String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    var attempts = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      // Some network file systems have no locks: there, nobody is kept out.
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      attempts += 1
      guard attempts < 500 else { throw GraftError(.writeFailed, "'\(path)' is held by another process") }
      usleep(20_000)
    }
    return try body()
  }
}
