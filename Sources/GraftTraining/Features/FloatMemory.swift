internal import Foundation

/// A stretch of floats, all 0 at first, that takes room only where something is written.
///
/// It lies in memory, or in a temporary file that is mapped: then the system keeps in memory what is in use, and no more than
/// it can spare.
final class FloatMemory: @unchecked Sendable {
  // Unchecked: whoever writes sees to it that nobody else reads or writes there.
  let base: UnsafeMutablePointer<Float>
  /// Whether it lies in a file.
  let isInFile: Bool
  private let byteCount: Int

  /// - Parameter inFile: Whether a file is wanted; where none can be had, it lies in memory after all.
  init(count: Int, inFile: Bool) {
    byteCount = max(1, count) * MemoryLayout<Float>.stride
    let file = inFile ? Self.temporaryFile(byteCount) : nil
    defer { if let file { close(file) } }
    let flags = file == nil ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED
    let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, flags, file ?? -1, 0)
    guard let address, address != MAP_FAILED else {
      preconditionFailure("The system gives no \(byteCount) bytes of memory: \(String(cString: strerror(errno))).")
    }
    isInFile = file != nil
    base = address.bindMemory(to: Float.self, capacity: max(1, count))
  }

  deinit { munmap(base, byteCount) }

  /// Lets the system take memory back for what lies in a file; it comes again when it is read.
  func release() { if isInFile { madvise(base, byteCount, MADV_DONTNEED) } }

  /// A file without a name, which goes when it is not mapped any more. All of its room is taken on the disk: a write into a
  /// mapped file that finds the disk full would end the process.
  private static func temporaryFile(_ byteCount: Int) -> CInt? {
    // `/tmp` often lies in memory itself.
    let folder = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/var/tmp"
    var name = Array((folder + "/graft-features-XXXXXX").utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { return nil }
    unlink(name)
    #if canImport(Darwin)
      var wanted = fstore_t(
        fst_flags: UInt32(F_ALLOCATEALL), fst_posmode: F_PEOFPOSMODE, fst_offset: 0, fst_length: off_t(byteCount),
        fst_bytesalloc: 0)
      let isThere = fcntl(descriptor, F_PREALLOCATE, &wanted) == 0 && ftruncate(descriptor, off_t(byteCount)) == 0
    #else
      let isThere = posix_fallocate(descriptor, 0, off_t(byteCount)) == 0
    #endif
    guard isThere else {
      close(descriptor)
      return nil
    }
    return descriptor
  }
}
