internal import GraftCore

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Reads whole files, having looked at their kind and size first.
enum FileBytes {
  /// The bytes of a regular file of at most `maximumBytes`.
  static func read(_ path: String, maximumBytes: Int) throws(ImageFault) -> [UInt8] {
    // Without O_NONBLOCK, opening a named pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = errno
      throw ImageFault(reason == ENOENT ? .fileNotFound : .unreadable, "cannot be opened: \(text(reason))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw ImageFault(.unreadable, "cannot be read: \(text(errno))")
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw ImageFault(.unreadable, "not a regular file") }
    let size = Int(status.st_size)
    try ImageLimits(maximumBytes: maximumBytes).check(byteCount: size)
    return try read(descriptor, size: size)
  }

  private static func read(_ descriptor: Int32, size: Int) throws(ImageFault) -> [UInt8] {
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let received = Self.read(descriptor, buffer, from: count)
        if received == 0 { break }
        if received < 0 {
          if errno == EINTR { continue }
          failure = errno
          break
        }
        count += received
      }
    }
    if failure != 0 { throw ImageFault(.unreadable, "cannot be read: \(text(failure))") }
    return bytes
  }

  private static func read(_ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, from offset: Int) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    #if canImport(Glibc)
      return Glibc.read(descriptor, base + offset, buffer.count - offset)
    #elseif canImport(Musl)
      return Musl.read(descriptor, base + offset, buffer.count - offset)
    #else
      return Darwin.read(descriptor, base + offset, buffer.count - offset)
    #endif
  }

  private static func text(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}
