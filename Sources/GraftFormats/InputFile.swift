internal import Foundation
internal import GraftCore

/// A file open for reading, closed when it goes out of scope.
struct InputFile: ~Copyable {
  let path: String
  /// The file's size when it was opened.
  let byteCount: Int
  private let descriptor: CInt

  /// Opens a regular file; throws `.fileNotFound` or `.unreadable`.
  init(_ path: String) throws {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw errno == ENOENT || errno == ENOTDIR
        ? GraftError(.fileNotFound, "There is no file '\(path)'.")
        : GraftError(.unreadable, "The file '\(path)' cannot be read: \(reason).")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = String(cString: strerror(errno))
      close(descriptor)
      throw GraftError(.unreadable, "The file '\(path)' cannot be read: \(reason).")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let kind = status.st_mode & S_IFMT == S_IFDIR ? "a folder" : "not a regular file"
      throw GraftError(.unreadable, "Expected a file at '\(path)', but it is \(kind).")
    }
    self.path = path
    self.descriptor = descriptor
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` from the given offset; throws `.corrupt` if the file ends before.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < buffer.count {
      let received = pread(
        descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(offset + done))
      if received < 0 && errno == EINTR { continue }
      guard received >= 0 else {
        throw GraftError(.unreadable, "The file '\(path)' cannot be read: \(String(cString: strerror(errno))).")
      }
      guard received > 0 else {
        throw GraftError(
          .corrupt, "The file '\(path)' ends at byte \(offset + done); expected \(offset + buffer.count) bytes.")
      }
      done += received
    }
  }

  /// `count` bytes from the given offset. The caller has checked `count` against `byteCount`.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try read(
        into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]), at: offset)
      initialized = count
    }
  }
}
